import Basics
import StrictYAML

extension ClusterSpecReader {
    /// An image part as read, with what must be known to refuse names that are used twice.
    struct ReadImage {
        var image = ClusterImage()
        var logins: [ClusterLogin] = []
    }

    /// Reads `image:`, the part that all roles share.
    mutating func readImage(_ value: YAMLValue?) throws(SkeinError) -> ReadImage {
        guard let value else { return ReadImage() }
        let mapping = try value.mapping("image")
        try mapping.allow(only: ClusterSpecReader.imageKeys)
        return try readImage(mapping, what: "image", after: ReadImage())
    }

    /// Reads packages, files, users and run steps and puts them after those of `base`.
    mutating func readImage(
        _ mapping: YAMLMapping, what: String, after base: ReadImage
    ) throws(SkeinError) -> ReadImage {
        var result = base
        if let value = mapping["packages"] { try readPackages(value, "\(what).packages", into: &result.image) }
        if let value = mapping["users"] { try readUsers(value, "\(what).users", into: &result) }
        if let value = mapping["files"] { try readFiles(value, "\(what).files", into: &result.image) }
        if let value = mapping["run"] {
            for step in try value.list("\(what).run", limit: ClusterLimits.runSteps) {
                let text = try step.string("\(what).run", limit: ClusterLimits.runStepBytes)
                guard !text.isEmpty, !text.utf8.contains(0) else {
                    throw step.failure("a step of \(what).run must be a shell command")
                }
                result.image.run.append(text)
            }
        }
        guard result.image.packages.count <= ClusterLimits.packages, result.image.run.count <= ClusterLimits.runSteps,
            result.image.users.count <= ClusterLimits.users, result.image.files.count <= ClusterLimits.files
        else { throw mapping.value.failure("\(what) and what all roles share are too much for one image together") }
        return result
    }

    private func readPackages(
        _ value: YAMLValue, _ what: String, into image: inout ClusterImage
    ) throws(SkeinError) {
        var seen: Set<String> = []
        let shared = Set(image.packages)
        for item in try value.list(what, limit: ClusterLimits.packages) {
            let name = try item.string(what)
            if let problem = ClusterNames.problem(inPackage: name) {
                throw item.failure("the package \"\(name.prefix(80))\" \(problem)")
            }
            guard seen.insert(name).inserted else { throw item.failure("\(what) names \(name) twice") }
            // A role may repeat what all roles have: it asks for nothing else.
            if !shared.contains(name) { image.packages.append(name) }
        }
    }

    private func readUsers(_ value: YAMLValue, _ what: String, into result: inout ReadImage) throws(SkeinError) {
        for item in try value.list(what, limit: ClusterLimits.users) {
            let mapping = try item.mapping("a user of \(what)")
            try mapping.allow(only: ["name", "uid", "ssh_keys"])
            let nameValue = try mapping.require("name")
            let name = try nameValue.string("\(what).name")
            if let problem = ClusterNames.problem(inUser: name) {
                throw nameValue.failure("the user name \"\(name.prefix(80))\" \(problem)")
            }
            guard !result.image.users.contains(where: { $0.name == name }),
                !result.logins.contains(where: { $0.user.name == name })
            else { throw nameValue.failure("the user \(name) is named twice") }
            let user = ClusterUser(name: name, uid: try readUserID(mapping, name, what, result.image.users))
            if name != "root" { result.image.users.append(user) }
            let keys = try readKeys(mapping["ssh_keys"], "\(what).ssh_keys")
            if name == "root", keys.isEmpty {
                throw nameValue.failure("root is there anyway", next: "give it ssh_keys or take it out")
            }
            if !keys.isEmpty { result.logins.append(ClusterLogin(user: user, keys: keys)) }
        }
    }

    private func readUserID(
        _ mapping: YAMLMapping, _ name: String, _ what: String, _ others: [ClusterUser]
    ) throws(SkeinError) -> UInt32? {
        guard let value = mapping["uid"] else { return nil }
        let range = name == "root" ? 0...0 : ClusterLimits.userIDs
        let uid = UInt32(try value.int("\(what).uid", in: range))
        if let other = others.first(where: { $0.uid == uid }) {
            throw value.failure("the uid \(uid) is given to \(other.name) and to \(name)")
        }
        return uid
    }

    private func readKeys(_ value: YAMLValue?, _ what: String) throws(SkeinError) -> [String] {
        guard let value else { return [] }
        var keys: [String] = []
        for item in try value.list(what, limit: ClusterLimits.keysPerUser) {
            let text = try item.string(what, limit: ClusterLimits.publicKeyBytes)
            var lines = [text]
            if !ClusterNames.isInlineKey(text) {
                let file = try plainSource(text, item)
                guard let content = String(validating: file.content, as: UTF8.self) else {
                    throw item.failure("\(text) is not a text file", next: "name a file of public keys (.pub)")
                }
                lines = content.split(whereSeparator: \.isNewline).map { String($0.trimmingSpaces) }
                    .filter { !$0.isEmpty && !$0.hasPrefix("#") }
                guard !lines.isEmpty else { throw item.failure("\(text) holds no public key") }
            }
            for line in lines {
                if let problem = ClusterNames.problem(inPublicKey: line) {
                    throw item.failure("a key of \(text.prefix(60)) \(problem)")
                }
                keys.append(line)
            }
        }
        guard keys.count <= ClusterLimits.keysPerUser else {
            throw value.failure("\(what) has \(keys.count) keys; at most \(ClusterLimits.keysPerUser) are possible")
        }
        return keys
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmingSpaces: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
