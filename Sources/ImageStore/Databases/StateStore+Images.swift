public import Basics
internal import Foundation
internal import GRDB
internal import Trust

extension StateStore {
    /// Adds a manifest with all that belongs to it in one transaction. One that is there already stays as it is.
    func add(
        _ manifest: Manifest, sealedKey: [UInt8]?, recipe: RecipeKey?, at seconds: Int64
    ) throws(SkeinError) {
        let id = manifest.imageID.digest.data
        try write("adding image \(manifest.name)@\(manifest.version)") { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO manifest VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    id, manifest.name, Int64(manifest.version), seconds, Data(manifest.headerBytes),
                    Data(manifest.encoded()),
                ])
            if let sealedKey {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO image_key VALUES (?, ?)", arguments: [id, Data(sealedKey)])
            }
            if let recipe {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO build VALUES (?, ?, ?)", arguments: [recipe.digest.data, id, seconds])
            }
            try StateStore.noteVersion(manifest.version, of: manifest.name, database)
        }
    }

    func encodedManifest(_ image: ImageID) throws(SkeinError) -> [UInt8]? {
        try read("reading manifest \(image.short)") { database in
            try Data.fetchOne(
                database, sql: "SELECT encoded FROM manifest WHERE image = ?", arguments: [image.digest.data]
            ).map { [UInt8]($0) }
        }
    }

    func hasManifest(_ image: ImageID) throws(SkeinError) -> Bool {
        try read("looking for image \(image.short)") { database in
            try Int.fetchOne(
                database, sql: "SELECT 1 FROM manifest WHERE image = ?", arguments: [image.digest.data]) != nil
        }
    }

    /// The headers of all images, by name and falling version.
    func headers() throws(SkeinError) -> [[UInt8]] {
        try read("listing images") { database in
            try Data.fetchAll(
                database, sql: "SELECT header FROM manifest ORDER BY name, version DESC, image"
            ).map { [UInt8]($0) }
        }
    }

    func imageIDs() throws(SkeinError) -> [ImageID] {
        try read("listing images") { database in
            try Data.fetchAll(database, sql: "SELECT image FROM manifest ORDER BY image").compactMap(
                ImageID.init(data:))
        }
    }

    /// The images of a name and their versions, highest first.
    func images(named name: String) throws(SkeinError) -> [(image: ImageID, version: UInt64)] {
        try read("resolving \(name)") { database in
            try Row.fetchAll(
                database, sql: "SELECT image, version FROM manifest WHERE name = ? ORDER BY version DESC, image",
                arguments: [name]
            ).compactMap { row in
                let data: Data = row[0]
                let version: Int64 = row[1]
                return ImageID(data: data).map { (image: $0, version: UInt64(version)) }
            }
        }
    }

    /// Forgets an image, its key, grants and build record; its highest version stays.
    func removeImage(_ image: ImageID) throws(SkeinError) {
        let id = image.digest.data
        try write("removing image \(image.short)") { database in
            for table in ["manifest", "image_key", "image_grant", "build", "pin"] {
                try database.execute(sql: "DELETE FROM \(table) WHERE image = ?", arguments: [id])
            }
            try database.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('sweep_due', 1)")
        }
    }

    func sealedKey(of image: ImageID) throws(SkeinError) -> [UInt8]? {
        try read("reading the key of image \(image.short)") { database in
            try Data.fetchOne(
                database, sql: "SELECT sealed FROM image_key WHERE image = ?", arguments: [image.digest.data]
            ).map { [UInt8]($0) }
        }
    }

    func setSealedKey(_ sealed: [UInt8], of image: ImageID) throws(SkeinError) {
        try write("keeping the key of image \(image.short)") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO image_key VALUES (?, ?)", arguments: [image.digest.data, Data(sealed)])
        }
    }

    func setGrant(_ grant: Grant) throws(SkeinError) {
        try write("keeping a grant for image \(grant.image.short)") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO image_grant VALUES (?, ?, ?, ?)",
                arguments: [
                    grant.image.digest.data, grant.recipient.digest.data, grant.issuer.digest.data,
                    Data(grant.encoded()),
                ])
        }
    }

    func grants(of image: ImageID, to recipient: PeerID) throws(SkeinError) -> [Grant] {
        try read("reading the grants of image \(image.short)") { database in
            try Data.fetchAll(
                database, sql: "SELECT encoded FROM image_grant WHERE image = ? AND recipient = ? ORDER BY issuer",
                arguments: [image.digest.data, recipient.digest.data]
            ).compactMap { try? Grant(decoding: [UInt8]($0)) }
        }
    }

    /// Notes which image a recipe gave.
    public func setBuild(_ recipe: RecipeKey, image: ImageID, at seconds: Int64) throws(SkeinError) {
        try write("noting a build") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO build VALUES (?, ?, ?)",
                arguments: [recipe.digest.data, image.digest.data, seconds])
        }
    }

    /// Which images recipes gave, newest first, whether or not they are still here.
    func builds(limit: Int) throws(SkeinError) -> [(recipe: RecipeKey, image: ImageID, at: UInt64)] {
        try read("listing builds") { database in
            try Row.fetchAll(
                database, sql: "SELECT recipe, image, built_at FROM build ORDER BY built_at DESC, recipe LIMIT ?",
                arguments: [limit]
            ).compactMap { row in
                let recipe: Data = row[0]
                let image: Data = row[1]
                let at: Int64 = row[2]
                guard let digest = Digest(bytes: recipe), let image = ImageID(data: image) else { return nil }
                return (recipe: RecipeKey(digest), image: image, at: UInt64(max(0, at)))
            }
        }
    }

    /// The image that a recipe gave, whether or not it is still here.
    public func build(of recipe: RecipeKey) throws(SkeinError) -> ImageID? {
        try read("looking up a recipe") { database in
            try Data.fetchOne(
                database, sql: "SELECT image FROM build WHERE recipe = ?", arguments: [recipe.digest.data]
            ).flatMap(ImageID.init(data:))
        }
    }
}

extension ImageID {
    init?(data: Data) {
        guard let digest = Digest(bytes: data) else { return nil }
        self.init(digest)
    }
}
