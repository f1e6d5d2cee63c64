import ImageStore

extension Recipe {
    /// The recipe of a role's image.
    ///
    /// Users without an id get one here, in order, since the node's seed must name the same one as the image.
    init(_ image: ClusterImage, base: ClusterBase) {
        self.init(
            base: BaseSpec(distro: base.distro, suite: base.suite, kernel: base.kernel),
            packages: image.packages,
            files: image.files.map {
                RecipeFile(path: $0.path, content: $0.content, mode: $0.mode, owner: $0.owner, group: $0.group)
            },
            users: Recipe.users(of: image), run: image.run)
    }

    private static let firstUserID: UInt32 = 1000

    private static func users(of image: ClusterImage) -> [RecipeUser] {
        var taken = Set(image.users.compactMap(\.uid))
        var next = firstUserID
        return image.users.filter { $0.name != "root" }.map { user in
            if let uid = user.uid { return RecipeUser(name: user.name, uid: uid) }
            while taken.contains(next) { next += 1 }
            taken.insert(next)
            return RecipeUser(name: user.name, uid: next)
        }
    }

    /// The numeric id of a user of the image, and of its group.
    func userID(of name: String) -> UInt32? {
        name == "root" ? 0 : users.first { $0.name == name }?.uid
    }
}
