/// What an image is made of: a base, packages, users, files and commands, applied in this order.
///
/// Packages are a set (their order says nothing); users, files and commands keep their order. Users come before
/// files, so that a file may belong to one of them.
public struct Recipe: Hashable, Sendable {
    public var base: BaseSpec
    public var packages: [String]
    public var files: [RecipeFile]
    public var users: [RecipeUser]
    /// Shell commands (`/bin/sh -e`), run as root inside the image.
    public var run: [String]

    public init(
        base: BaseSpec = BaseSpec(), packages: [String] = [], files: [RecipeFile] = [], users: [RecipeUser] = [],
        run: [String] = []
    ) {
        self.base = base
        self.packages = packages
        self.files = files
        self.users = users
        self.run = run
    }

    /// The packages, sorted and each once.
    public var packageSet: [String] { Array(Set(packages)).sorted() }

    /// True when the image is the base itself.
    public var isBase: Bool { packages.isEmpty && files.isEmpty && users.isEmpty && run.isEmpty }

    /// True when an image of `parent` may be the parent of an image of this recipe, which then adds the rest.
    ///
    /// The base is equal, the parent's packages are a subset of ours and its users, files and commands a prefix of
    /// ours. Packages come before users, files and commands: when packages are missing, the parent must have none of
    /// those, since a package installed after them may see other things than one installed before them.
    public func canDerive(from parent: Recipe) -> Bool {
        guard base == parent.base, Set(parent.packages).isSubset(of: packages) else { return false }
        if Set(parent.packages) != Set(packages) {
            return parent.users.isEmpty && parent.files.isEmpty && parent.run.isEmpty
        }
        return steps.starts(with: parent.steps)
    }

    /// Users, files and commands as one ordered list.
    var steps: [RecipeStep] {
        users.map(RecipeStep.user) + files.map(RecipeStep.file) + run.map(RecipeStep.run)
    }
}
