import Basics
import Glibc
import Logging
import ServiceLifecycle
import Trust
import UnixSignals

/// The gossip keys of this peer: the ring beside its state, or else the one key of its site file.
///
/// A site changes its key without a stop by giving every peer a new ring, step by step (docs/wire/gossip-sealing.md);
/// SIGHUP makes a peer read it again.
struct GossipKeys: Service, CustomStringConvertible {
    let description = "gossip keys"

    let configuration: PeerConfiguration
    let siteFile: SiteFile
    let gossip: GossipHandle
    let logger: Logger

    static func path(_ configuration: PeerConfiguration) -> String { "\(configuration.stateDirectory)/gossip.keys" }

    static func load(_ configuration: PeerConfiguration, _ siteFile: SiteFile) throws(SkeinError) -> GossipKeyRing {
        let path = path(configuration)
        guard access(path, F_OK) == 0 else { return GossipKeyRing(siteFile.gossipKey) }
        do {
            return try GossipKeyRing(decoding: try SecretFile.read(path))
        } catch let error as SkeinError {
            throw error
        } catch {
            throw SkeinError(
                .corrupt, doing: "reading the gossip keys \(path)", cause: "\(error)",
                next: "write the file again, or remove it to use the key of the site file")
        }
    }

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                let ring = try GossipKeys.load(configuration, siteFile)
                gossip.take(ring)
                logger.notice("gossip keys of epochs \(ring.epochs), sealing with \(ring.sealingKey.epoch)")
            } catch {
                logger.error("the gossip keys stay as they were: \(error)")
            }
        }
    }
}
