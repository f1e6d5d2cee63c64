import Basics
import ImageStore

/// Remembers from which image a built one was derived.
enum ImageParent {
    private static let recordKind = "parent"

    static func note(_ parent: ImageID, of image: ImageID, in store: LocalStore) throws(SkeinError) {
        try store.state.setRecord(kind: recordKind, name: image.description, bytes: parent.digest.bytes)
    }

    static func of(_ image: ImageID, in store: LocalStore) throws(SkeinError) -> ImageID? {
        try store.state.record(kind: recordKind, name: image.description).flatMap { Digest(bytes: $0) }.map(
            ImageID.init)
    }

    static func forget(_ image: ImageID, in store: LocalStore) throws(SkeinError) {
        try store.state.removeRecord(kind: recordKind, name: image.description)
    }
}
