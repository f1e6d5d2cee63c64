internal import Basics

/// What a publisher says about an image beside its bytes.
struct ImageFacts {
    var name: String
    var version: UInt64
    var architecture: String
    var commandLine: String
    var namespace: NamespaceID
    var namespaceEpoch: UInt32
    /// Seconds since 1970.
    var createdAt: UInt64
    var recipe: RecipeKey?
    var packages: [String]
}
