import Basics
import Gossip
import NIOCore

/// The forecasts of this host for code outside the event loop.
struct BandwidthHandle: Sendable {
    private let service: NIOLoopBound<BandwidthService>
    private let loop: any EventLoop

    /// Called on the event loop.
    init(_ service: BandwidthService, loop: any EventLoop) {
        self.service = NIOLoopBound(service, eventLoop: loop)
        self.loop = loop
    }

    /// Begins to measure; the host has joined.
    func start() {
        let service = service
        loop.execute { service.value.start() }
    }

    /// The host has joined, and its link need not be measured.
    func declare(_ link: DeclaredRates.Link) {
        let service = service
        loop.execute { service.value.declare(link) }
    }

    /// Has somebody told of new forecasts, on the event loop.
    func onChange(_ body: @escaping @Sendable () -> Void) {
        let service = service
        loop.execute { service.value.onChange = body }
    }

    /// What this host will receive and send; nil where nothing is known yet.
    func forecasts() async -> (down: RateForecast?, up: RateForecast?) {
        let service = service
        let both = try? await loop.submit { ProbeDirection.allCases.map { service.value.forecast(of: $0) } }.get()
        return (both?[0] ?? nil, both?[1] ?? nil)
    }
}
