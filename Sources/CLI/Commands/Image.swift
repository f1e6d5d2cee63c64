import ArgumentParser

/// `skein image`: the verbs about images.
struct Image: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Build, move and look at images.",
        discussion: """
            An image is named by its name, by name@version, or by the first digits of its identifier.

            Example:  skein image ls
            """,
        subcommands: [
            ImageBuild.self, ImageImport.self, ImageExport.self, ImageList.self, ImageShow.self, ImageVerify.self,
            ImageRemove.self, ImagePush.self,
        ])
}
