/// How far an install has come at one peer.
package struct InstallProgress: Codable, Hashable, Sendable {
    /// Stored bytes that came, and all that had to come.
    package var bytes: Int64
    package var total: Int64
    /// True once the bytes are here and the disk is being put together.
    package var isAssembling: Bool

    package init(bytes: Int64, total: Int64, isAssembling: Bool) {
        self.bytes = bytes
        self.total = total
        self.isAssembling = isAssembling
    }
}

/// What an install did at one peer.
package struct InstallOutcome: Codable, Hashable, Sendable {
    /// Stored bytes and chunks that came over the network.
    package var bytes: Int64
    package var chunks: Int64
    package var seconds: Double

    package init(bytes: Int64, chunks: Int64, seconds: Double) {
        self.bytes = bytes
        self.chunks = chunks
        self.seconds = seconds
    }
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
