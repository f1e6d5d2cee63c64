import Basics
import Foundation
import Peer
import Testing
import Trust

@Suite struct SiteMakerTests {
    private func inTemporaryDirectory(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("skein-site-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func members(_ names: [String], _ directory: String) -> [SiteMaker.Member] {
        names.map {
            .init(
                name: $0, siteFilePath: "\(directory)/\($0)/site.skein", identityPath: "\(directory)/\($0)/identity.key"
            )
        }
    }

    private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    @Test func eachMemberGetsItsOwnCertificateOfOneSiteInFilesThatNobodyElseReads() throws {
        try inTemporaryDirectory { directory in
            try SiteMaker.make(
                siteName: "s", authorityPath: "\(directory)/site.root", members: members(["h0", "h1"], directory))
            let files = try ["h0", "h1"].map { try SiteFile(decoding: bytes("\(directory)/\($0)/site.skein")) }
            let identities = try ["h0", "h1"].map {
                try PeerIdentity(decoding: bytes("\(directory)/\($0)/identity.key"))
            }
            #expect(files[0].site == files[1].site)
            #expect(files.map(\.chain.peer.peer) == identities.map(\.peerID))
            #expect(identities[0].peerID != identities[1].peerID)
            for path in ["site.root", "h0/site.skein", "h0/identity.key"] {
                let mode =
                    try FileManager.default.attributesOfItem(atPath: "\(directory)/\(path)")[.posixPermissions] as? Int
                #expect(mode == 0o600)
            }
        }
    }

    @Test func aFileThatExistsIsNeverOverwrittenAndNothingElseIsLeft() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/h1/identity.key"
            try FileManager.default.createDirectory(atPath: "\(directory)/h1", withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: SkeinError.self) {
                try SiteMaker.make(
                    siteName: "s", authorityPath: "\(directory)/site.root", members: members(["h0", "h1"], directory))
            }
            #expect(error?.code == .conflict)
            #expect(try bytes(path) == Array("mine".utf8))
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/site.root"))
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/h0/identity.key"))
        }
    }

    @Test(arguments: [["h0", "h0"], ["../h0"], [""], ["h 0"]])
    func badOrDoubledNamesAreRefused(names: [String]) throws {
        try inTemporaryDirectory { directory in
            let error = #expect(throws: SkeinError.self) {
                try SiteMaker.make(
                    siteName: "s", authorityPath: "\(directory)/site.root", members: members(names, directory))
            }
            #expect(error?.code == .usage)
        }
    }
}
