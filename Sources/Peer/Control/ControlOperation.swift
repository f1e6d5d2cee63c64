import Basics
import Foundation
import NIOHTTP1

/// A long operation of the control API: it answers with events.
public enum ControlOperation: Sendable {
    case up(UpRequest)
    case down(cluster: String)
    case buildImage(UpRequest)
    case importImage(ImportRequest)
    case exportImage(ExportRequest)
    case pushImage(PushRequest)
    case verify(VerifyRequest)
    case removeImage(String)

    /// What it is, for errors.
    public var doing: String {
        switch self {
        case .up(let request): "bringing up \(request.fileName)"
        case .down(let cluster): "taking down \(cluster)"
        case .buildImage(let request): "building the images of \(request.fileName)"
        case .importImage(let request): "importing \(request.path)"
        case .exportImage(let request): "exporting \(request.image)"
        case .pushImage(let request): "pushing \(request.image)"
        case .verify(let request): "verifying \(request.image ?? "the store")"
        case .removeImage(let image): "removing \(image)"
        }
    }

    var path: String {
        switch self {
        case .up: "/clusters"
        case .down(let cluster): "/clusters/\(ControlClient.escape(cluster))"
        case .buildImage: "/images/build"
        case .importImage: "/images/import"
        case .exportImage: "/images/export"
        case .pushImage: "/images/push"
        case .verify: "/images/verify"
        case .removeImage(let image): "/images/\(ControlClient.escape(image))"
        }
    }

    var method: HTTPMethod {
        switch self {
        case .down, .removeImage: .DELETE
        case .up, .buildImage, .importImage, .exportImage, .pushImage, .verify: .POST
        }
    }

    func body() throws(SkeinError) -> [UInt8]? {
        switch self {
        case .up(let request), .buildImage(let request): try encode(request)
        case .importImage(let request): try encode(request)
        case .exportImage(let request): try encode(request)
        case .pushImage(let request): try encode(request)
        case .verify(let request): try encode(request)
        case .down, .removeImage: nil
        }
    }

    private func encode(_ value: some Encodable) throws(SkeinError) -> [UInt8] {
        guard let data = try? JSONEncoder().encode(value) else {
            throw SkeinError(.internal, doing: doing, cause: "the request cannot be written as JSON")
        }
        guard data.count <= ControlAPI.maximumBodyBytes else {
            throw SkeinError(
                .usage, doing: doing, cause: "the files that it names are too large together",
                next: "put large data into a package, or fetch it in a run step")
        }
        return Array(data)
    }
}
