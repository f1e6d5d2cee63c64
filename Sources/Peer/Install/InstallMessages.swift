package import Basics
package import Pipeline

/// Asks a peer to install an image: what it needs to know beside the bytes.
package struct InstallOrder: Codable, Sendable {
    /// The image, in hexadecimal.
    var image: String
    /// Peers that the target may ask, in hexadecimal.
    var peers: [String]
    /// For each stripe whom to ask, best first: places in ``peers``.
    var stripes: [[Int]]
    /// Bytes per second that the plan has for a stripe.
    var stripeRate: Int
    /// Of ``peers`` those behind links that the target shares with its rack or site.
    var far: [Int]?
    /// Stripes that come when nobody else wants anything of those who send them.
    var spare: [Int]?
    /// Others have a better plan when they hear that this one has everything.
    var othersWait: Bool?
    /// Which deal of chunks to stripes is meant; the first when it is not said.
    var deal: Int?
    /// The least time between two reports of how far the target is; ``PeerLimits/progressPause`` when it is not said.
    var reportMilliseconds: Int?
    /// The certificate chain of the image's publisher, encoded, in base64.
    var publisher: String
    /// The grant for this target, encoded, in base64; nil when it shall hold the image without reading it.
    var grant: String?

    var imageID: ImageID? { ImageID(hex: image) }

    /// Nil when it is no plan that anybody would make.
    package var plan: FetchPlan? {
        guard (1...PipelineLimits.stripes).contains(stripes.count), peers.count <= PeerLimits.orderPeers else {
            return nil
        }
        let peers = peers.map { PeerID(hex: $0) }
        var candidates: [[PeerID]] = []
        for stripe in stripes {
            guard stripe.count <= PeerLimits.orderPeers, stripe.allSatisfy(peers.indices.contains) else { return nil }
            candidates.append(stripe.compactMap { peers[$0] })
        }
        let spare = Set((spare ?? []).prefix(stripes.count).filter(stripes.indices.contains))
        return FetchPlan(
            candidates: candidates, stripeRate: min(max(1, stripeRate), 1 << 40), spare: spare,
            othersWait: othersWait ?? false, deal: max(0, deal ?? 0),
            far: Set((far ?? []).prefix(peers.count).filter(peers.indices.contains).compactMap { peers[$0] }))
    }

    /// The least time between two reports of how far the target is.
    package var reportPause: Duration {
        guard let reportMilliseconds else { return PeerLimits.progressPause }
        let longest = PeerLimits.longestProgressPause
        return min(max(.milliseconds(Int64(clamping: reportMilliseconds)), PeerLimits.progressPause), longest)
    }

    /// - Parameter targets: of the whole install: the more there are the less often each says how far it is, for one peer
    ///   hears them all, and it is the one that all others get the image from.
    package init(image: ImageID, plan: FetchPlan, publisher: String, grant: String?, targets: Int = 1) {
        self.image = image.description
        let pause = PeerLimits.progressPause * targets / PeerLimits.promptTargets
        if pause > PeerLimits.progressPause {
            reportMilliseconds = Int(min(pause, PeerLimits.longestProgressPause).inSeconds * 1000)
        }
        var places: [PeerID: Int] = [:]
        var peers: [String] = []
        stripes = plan.candidates.map { candidates in
            candidates.map { peer in
                if let place = places[peer] { return place }
                places[peer] = peers.count
                peers.append(peer.description)
                return peers.count - 1
            }
        }
        self.peers = peers
        far = plan.far.isEmpty ? nil : plan.far.compactMap { places[$0] }.sorted()
        stripeRate = plan.stripeRate
        othersWait = plan.othersWait ? true : nil
        deal = plan.deal > 0 ? plan.deal : nil
        spare = plan.spare.isEmpty ? nil : plan.spare.sorted()
        self.publisher = publisher
        self.grant = grant
    }
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

/// Asks who takes part in the install of an image.
package struct PlanCall: Codable, Sendable {
    var image: String
    /// How long the peer may wait until it knows.
    var waitSeconds: Double
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
