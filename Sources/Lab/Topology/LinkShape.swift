public import Basics

/// What a link lets through, seen from the member: `up` leaves the host, rack or site, `down` enters it.
public struct LinkShape: Hashable, Sendable {
    /// Nil: unshaped.
    public var up: BitRate?
    public var down: BitRate?
    /// One way. Nil: none.
    public var delay: Duration?

    public init(up: BitRate? = nil, down: BitRate? = nil, delay: Duration? = nil) {
        self.up = up
        self.down = down
        self.delay = delay
    }

    public static let unshaped = LinkShape()

    /// This shape where the other says nothing.
    public func overridden(by other: LinkShape) -> LinkShape {
        LinkShape(up: other.up ?? up, down: other.down ?? down, delay: other.delay ?? delay)
    }
}
