import Basics
import ImageStore
import Testing

@Suite("Recipe keys") struct RecipeKeyTests {
    private let archive = ArchiveState(releases: [Digest.zero])

    @Test("the order of packages and their repetition say nothing")
    func packagesAreASet() {
        let one = Recipe(packages: ["b", "a", "b"]).key(archive: archive)
        #expect(one == Recipe(packages: ["a", "b"]).key(archive: archive))
        #expect(one != Recipe(packages: ["a"]).key(archive: archive))
    }

    @Test("a recipe that adds nothing has its base's key")
    func emptyIsBase() {
        #expect(Recipe().key(archive: archive) == BaseSpec().key(archive: archive))
    }

    @Test("every field of a recipe is in its key")
    func everyFieldCounts() {
        let file = RecipeFile(path: "/etc/a", content: [1])
        var recipes = [
            Recipe(base: BaseSpec(suite: "trixie")), Recipe(base: BaseSpec(kernel: "generic")),
            Recipe(base: BaseSpec(arch: "other")), Recipe(base: BaseSpec(distro: "other")), Recipe(),
            Recipe(packages: ["a"]),
            Recipe(users: [RecipeUser(name: "a")]), Recipe(users: [RecipeUser(name: "a", uid: 0)]),
            Recipe(users: [RecipeUser(name: "a", uid: 1)]), Recipe(run: ["a"]), Recipe(run: ["a", "b"]),
            Recipe(run: ["b", "a"]), Recipe(run: ["ab"]), Recipe(files: [file]),
            Recipe(files: [RecipeFile(path: "/etc/b", content: [1])]),
            Recipe(files: [RecipeFile(path: "/etc/a", content: [2])]),
            Recipe(files: [RecipeFile(path: "/etc/a", content: [])]),
        ]
        var changed = file
        changed.mode = 0o600
        recipes.append(Recipe(files: [changed]))
        changed = file
        changed.owner = "b"
        recipes.append(Recipe(files: [changed]))
        changed = file
        changed.group = "b"
        recipes.append(Recipe(files: [changed]))
        let keys = Set(recipes.map { $0.key(archive: archive) })
        #expect(keys.count == recipes.count)
        #expect(!keys.contains(Recipe().key(archive: ArchiveState(releases: []))))
    }

    @Test("the secret of a recipe follows from all of it, and is not its key")
    func secrets() {
        let recipes = [
            Recipe(), Recipe(packages: ["a"]), Recipe(run: ["a"]), Recipe(packages: ["a"], run: ["a"]),
            Recipe(files: [RecipeFile(path: "/etc/a", content: [1])]),
            Recipe(files: [RecipeFile(path: "/etc/a", content: [2])]),
        ]
        let secrets = recipes.map { $0.secret(archive: archive) }
        let keys = recipes.map { $0.key(archive: archive).digest }
        #expect(Set(secrets + keys).count == 2 * recipes.count)
        #expect(secrets[1] != recipes[1].secret(archive: ArchiveState(releases: [])))
        #expect(Recipe(packages: ["a", "a"]).secret(archive: archive) == secrets[1])
    }

    @Test("the key of a recipe is the same on every machine and in every release of this builder")
    func isStable() {
        let recipe = Recipe(
            base: BaseSpec(arch: "amd64"), packages: ["hello"], files: [RecipeFile(path: "/etc/a", content: [1])],
            users: [RecipeUser(name: "alice", uid: 2000)], run: ["true"])
        #expect(
            recipe.key(archive: archive).description
                == "3bdc2b3fa54f9c1d8cf50f72b4f261b3f1becd13a53135ccf926f65991a1cc6e")
    }

    @Test("a parent has a subset of the packages and a prefix of the steps, and no steps when packages are missing")
    func parents() {
        let a = RecipeFile(path: "/a", content: [])
        let b = RecipeFile(path: "/b", content: [])
        let full = Recipe(packages: ["x", "y"], files: [a, b], run: ["one"])
        #expect(full.canDerive(from: Recipe()))
        #expect(full.canDerive(from: Recipe(packages: ["y"])))
        #expect(full.canDerive(from: Recipe(packages: ["y", "x"], files: [a])))
        #expect(full.canDerive(from: full))
        #expect(!full.canDerive(from: Recipe(packages: ["y"], files: [a])))
        #expect(!full.canDerive(from: Recipe(packages: ["x", "y"], files: [b])))
        #expect(!full.canDerive(from: Recipe(packages: ["x", "y", "z"])))
        #expect(!full.canDerive(from: Recipe(packages: ["x", "y"], files: [a], run: ["one"])))
        #expect(!full.canDerive(from: Recipe(base: BaseSpec(suite: "trixie"))))
    }
}
