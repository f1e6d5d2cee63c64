import CLibvirt

/// Turns libvirt's lifecycle callbacks into ``NodeEvent`` values on a relay.
enum LibvirtLifecycle {
    /// Registers the callback; the number takes it away again, negative on failure.
    static func register(on connection: OpaquePointer, relay: EventRelay<NodeEvent>) -> Int32 {
        let callback: virConnectDomainEventCallback = { _, domain, event, detail, opaque in
            guard let domain, let opaque else { return 0 }
            let relay = Unmanaged<EventRelay<NodeEvent>>.fromOpaque(opaque).takeUnretainedValue()
            guard let kind = LibvirtLifecycle.kind(event: event, detail: detail),
                let (name, uuid) = LibvirtLifecycle.identity(of: domain)
            else { return 0 }
            relay.send(NodeEvent(name: name, uuid: uuid, kind: kind))
            return 0
        }
        // libvirt declares one callback type for all kinds of events and casts it back by the event's number.
        return virConnectDomainEventRegisterAny(
            connection, nil, Int32(VIR_DOMAIN_EVENT_ID_LIFECYCLE.rawValue),
            unsafeBitCast(callback, to: virConnectDomainEventGenericCallback.self),
            Unmanaged.passRetained(relay).toOpaque(),
            { opaque in
                if let opaque { Unmanaged<EventRelay<NodeEvent>>.fromOpaque(opaque).release() }
            })
    }

    /// The node a domain stands for, or nil when it is none of ours.
    static func identity(of domain: OpaquePointer) -> (name: NodeName, uuid: DomainUUID)? {
        guard let text = virDomainGetName(domain), let name = NodeName(domainName: String(cString: text)) else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: DomainUUID.byteCount)
        guard virDomainGetUUID(domain, &bytes) == 0, let uuid = DomainUUID(bytes: bytes) else { return nil }
        return (name, uuid)
    }

    private static func kind(event: Int32, detail: Int32) -> NodeEvent.Kind? {
        switch UInt32(bitPattern: event) {
        case VIR_DOMAIN_EVENT_STARTED.rawValue: .started
        case VIR_DOMAIN_EVENT_SUSPENDED.rawValue: .paused
        case VIR_DOMAIN_EVENT_RESUMED.rawValue: .resumed
        case VIR_DOMAIN_EVENT_CRASHED.rawValue: .crashed
        case VIR_DOMAIN_EVENT_STOPPED.rawValue: ending(detail: detail)
        // Definitions, suspend to memory and kinds that later versions add are nothing to a transient domain.
        default: nil
        }
    }

    private static func ending(detail: Int32) -> NodeEvent.Kind {
        switch UInt32(bitPattern: detail) {
        case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN.rawValue: .shutDown
        case VIR_DOMAIN_EVENT_STOPPED_CRASHED.rawValue: .crashed
        case VIR_DOMAIN_EVENT_STOPPED_FAILED.rawValue: .failed
        default: .destroyed
        }
    }
}
