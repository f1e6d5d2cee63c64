public import Basics
public import Trust

/// What to make an image of, and under which name.
public struct PublishRequest: Sendable {
    /// A raw file that becomes a part.
    public struct Part: Sendable, Hashable {
        /// `disk`, `kernel`, `initrd`, or another name of lower-case letters, digits and dashes.
        public var name: String
        public var path: String

        public init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    public var name: String
    /// Nil takes the one after the highest version seen.
    public var version: UInt64?
    public var architecture: String
    public var commandLine: String
    public var parts: [Part]
    /// An image whose chunks are taken over where their plain bytes are the same.
    public var parent: ImageID?
    public var namespaceKey: NamespaceKey
    /// Signs the manifest; the image key is kept sealed to its agreement key.
    public var identity: PeerIdentity
    /// What the image was built from; noted so that ``LocalStore/image(forRecipe:)`` finds it.
    public var recipe: RecipeKey?
    /// The installed packages as `name=version`.
    public var packages: [String]
    /// Asked often, from several threads.
    public var isCancelled: @Sendable () -> Bool
    /// Only tests change it: see ``ChunkCompression/pinned``.
    package var compression = ChunkCompression.pinned

    public init(
        name: String, version: UInt64? = nil, architecture: String = "amd64", commandLine: String = "",
        parts: [Part], parent: ImageID? = nil, namespaceKey: NamespaceKey, identity: PeerIdentity,
        recipe: RecipeKey? = nil, packages: [String] = [], isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.commandLine = commandLine
        self.parts = parts
        self.parent = parent
        self.namespaceKey = namespaceKey
        self.identity = identity
        self.recipe = recipe
        self.packages = packages
        self.isCancelled = isCancelled
    }
}
