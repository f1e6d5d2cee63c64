import Basics
import Glibc
import Logging
import Trust

/// Reads who this peer is and its site; makes a site of one machine when there is none yet.
enum SiteKeeper {
    static func load(_ configuration: PeerConfiguration, logger: Logger) throws(SkeinError) -> PeerMembership {
        let hasSite = access(configuration.siteFilePath, F_OK) == 0
        if !hasSite { try makeOwnSite(configuration, logger) }
        let doing = "reading the site file \(configuration.siteFilePath)"
        let site: SiteFile
        let identity: PeerIdentity
        do {
            site = try SiteFile(decoding: SecretFile.read(configuration.siteFilePath))
            identity = try PeerIdentity(decoding: SecretFile.read(configuration.identityPath))
        } catch let error as SkeinError {
            throw error
        } catch {
            throw SkeinError(.corrupt, doing: doing, cause: "\(error)", next: "make it again with `skein site init`")
        }
        guard site.chain.peer.peer == identity.peerID else {
            throw SkeinError(
                .conflict, doing: doing, cause: "its certificate is not for the identity \(configuration.identityPath)",
                next: "use the two files that `skein site init` made for this host")
        }
        let now = WallClock.unixSeconds()
        do { try site.chain.verify(site: site.site, now: now) } catch {
            throw SkeinError(
                .permission, doing: doing, cause: "this peer's certificate is not valid: \(error)",
                next: "check the clock, or make the site's files again with `skein site init`")
        }
        if site.chain.isExpired(now: now) {
            logger.warning("the certificate of this peer has expired; inside its site it is good for 7 days more")
        }
        guard site.chain.peer.name == configuration.name else {
            throw SkeinError(
                .conflict, doing: doing,
                cause:
                    "its certificate is for host \(site.chain.peer.name), and this peer is named \(configuration.name)",
                next: "set `name:` in the peer's configuration, or make a site file for this name")
        }
        return PeerMembership(name: configuration.name, identity: identity, siteFile: site)
    }

    private static func makeOwnSite(_ configuration: PeerConfiguration, _ logger: Logger) throws(SkeinError) {
        logger.info("no site file at \(configuration.siteFilePath): making a site of this machine alone")
        try SiteMaker.make(
            siteName: "local", authorityPath: "\(configuration.stateDirectory)/site.root",
            members: [
                SiteMaker.Member(
                    name: configuration.name, siteFilePath: configuration.siteFilePath,
                    identityPath: configuration.identityPath)
            ])
    }
}
