import Basics
import ImageStore
import Testing

@Suite("Recipes that no build could make") struct RecipeValidationTests {
    @Test(
        "names that apt would take for something else are refused",
        arguments: ["", "a", "Foo", "a b", "foo-", "-o", "../x", "foo=1", "foo/sid", "a;b", "+x"])
    func packages(name: String) {
        #expect(code(Recipe(packages: [name])) == .usage)
    }

    @Test("real names are taken", arguments: ["g++", "libstdc++6", "python3.11", "openmpi-bin", "0ad"])
    func realPackages(name: String) { #expect(code(Recipe(packages: [name])) == nil) }

    @Test(
        "paths that leave the image, are no files or vanish at boot are refused",
        arguments: [
            "", "/", "etc/a", "/etc/../a", "/etc//a", "/etc/", "/./a", "/a\n", "/tmp/a", "/run/a", "/proc/a", "/dev/x",
            "/sys/x", "/a\0b",
        ])
    func paths(path: String) { #expect(code(Recipe(files: [RecipeFile(path: path, content: [])])) == .usage) }

    @Test("users need a name and a uid of people, each once")
    func users() {
        #expect(code(Recipe(users: [RecipeUser(name: "alice", uid: 2000)])) == nil)
        #expect(code(Recipe(users: [RecipeUser(name: "alice", uid: 0)])) == .usage)
        #expect(code(Recipe(users: [RecipeUser(name: "al ice")])) == .usage)
        #expect(code(Recipe(users: [RecipeUser(name: "1000")])) == .usage)
        #expect(code(Recipe(users: [RecipeUser(name: "-a")])) == .usage)
        #expect(code(Recipe(users: [RecipeUser(name: "a"), RecipeUser(name: "a")])) == .usage)
        let twice = [RecipeUser(name: "a", uid: 2000), RecipeUser(name: "b", uid: 2000)]
        #expect(code(Recipe(users: twice)) == .usage)
    }

    @Test("bases that cannot be built here are refused")
    func bases() {
        #expect(code(Recipe(base: BaseSpec(distro: "gentoo"))) == .usage)
        #expect(code(Recipe(base: BaseSpec(suite: "book worm"))) == .usage)
        #expect(code(Recipe(base: BaseSpec(suite: "--help"))) == .usage)
        #expect(code(Recipe(base: BaseSpec(kernel: "hurd"))) == .usage)
        #expect(code(Recipe(base: BaseSpec(arch: "s390x"))) == .usage)
    }

    @Test("a mode, an owner or a size beyond its limit is refused")
    func files() {
        #expect(code(Recipe(files: [RecipeFile(path: "/a", content: [], mode: 0o10000)])) == .usage)
        #expect(code(Recipe(files: [RecipeFile(path: "/a", content: [], owner: "a:b")])) == .usage)
        #expect(
            code(Recipe(files: [RecipeFile(path: "/a", content: []), RecipeFile(path: "/a", content: [])])) == .usage)
        #expect(code(Recipe(run: ["a\0b"])) == .usage)
    }

    private func code(_ recipe: Recipe) -> SkeinError.Code? {
        do throws(SkeinError) { try recipe.validate() } catch { return error.code }
        return nil
    }
}
