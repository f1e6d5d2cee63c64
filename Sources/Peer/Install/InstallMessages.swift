import Basics

/// Asks a peer to install an image: what it needs to know beside the bytes.
package struct InstallOrder: Codable, Sendable {
    /// The image, in hexadecimal.
    var image: String
    /// What the target needs to know of the chain: the source, peers before it, itself; PeerIDs in hexadecimal.
    var chain: [String]
    /// The certificate chain of the image's publisher, encoded, in base64.
    var publisher: String
    /// The grant for this target, encoded, in base64; nil when it shall hold the image without reading it.
    var grant: String?

    var imageID: ImageID? { ImageID(hex: image) }
    var peers: [PeerID] { chain.prefix(FormatLimits.peers).compactMap { PeerID(hex: $0) } }
}

/// How far an install has come at one peer.
package struct InstallProgress: Codable, Sendable {
    /// Stored bytes that came, and all that had to come.
    var bytes: Int64
    var total: Int64
    /// True once the bytes are here and the disk is being put together.
    var isAssembling: Bool
}

/// What an install did at one peer.
package struct InstallOutcome: Codable, Sendable {
    /// Stored bytes and chunks that came over the network.
    var bytes: Int64
    var chunks: Int64
    var seconds: Double
}

/// Asks a holder of an image to let the caller read it, who knows its recipe.
package struct GrantCall: Codable, Sendable {
    var image: String
    /// ``RecipeRecord/proof(of:image:asker:holder:)`` in hexadecimal.
    var proof: String
}

/// The grant, for the caller.
package struct GrantReply: Codable, Sendable {
    /// In base64.
    var grant: String
}

/// Asks for a piece of a manifest.
package struct ManifestCall: Codable, Sendable {
    var image: String
    var offset: Int
    /// How long the peer may wait for the manifest when it does not have it yet.
    var waitSeconds: Double
}

/// A piece of an encoded manifest.
package struct ManifestPiece: Codable, Sendable {
    var total: Int
    /// In base64.
    var bytes: String
}
