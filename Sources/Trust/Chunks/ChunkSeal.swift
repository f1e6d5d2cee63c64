import Basics
import CSodium

import enum Crypto.AES
import struct Crypto.SymmetricKey

/// Encrypts a chunk once, at publishing, so that equal chunks of one namespace stay equal.
///
/// Key and nonce are the first 44 bytes of BLAKE2b-512, keyed with the namespace's secret, over the label, the
/// epoch, the codec and SHA-256 of the very bytes that are encrypted. Different bytes therefore never share a
/// key, whatever made them, and each key has one nonce; equal bytes give equal output, which is what deduplication needs.
/// AES-256-GCM, for it is the fastest by far where processors know AES: docs/STORAGE.md has the figures.
public enum ChunkSeal {
    private static let label = Array("skein-chunk-2".utf8)
    private static let derivedBytes = 64

    /// Encrypts a buffer in place (AES-256-GCM with a detached tag and no additional data).
    public static func seal(
        _ buffer: UnsafeMutableRawBufferPointer, codec: ChunkCodec, key: NamespaceKey
    ) -> (secret: ChunkSecret, tag: ChunkTag) {
        let secret = secret(for: UnsafeRawBufferPointer(buffer), codec: codec, key: key)
        return withMaterial(of: secret) { key, nonce in
            guard
                let box = try? AES.GCM.seal(
                    UnsafeRawBufferPointer(buffer), using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: nonce))
            else { preconditionFailure("a key of 32 bytes, a nonce of 12 and 256 KiB at most can be sealed") }
            buffer.copyBytes(from: box.ciphertext)
            return withUnsafeTemporaryAllocation(byteCount: ChunkTag.byteCount, alignment: 8) { tag in
                tag.copyBytes(from: box.tag)
                return (secret, ChunkTag(UnsafeRawBufferPointer(tag)))
            }
        }
    }

    /// Decrypts bytes, which stay as they are, and shows the plain ones during the call; nil when they are not authentic.
    /// For processors that ``ChunkOpener`` has no library for; it copies what it opens.
    static func withOpened<Result>(
        _ sealed: UnsafeRawBufferPointer, secret: ChunkSecret, tag: ChunkTag, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        withMaterial(of: secret) { key, nonce in
            withUnsafeTemporaryAllocation(byteCount: ChunkTag.byteCount, alignment: 8) { tagBytes in
                tag.write(to: tagBytes)
                guard
                    let box = try? AES.GCM.SealedBox(
                        nonce: AES.GCM.Nonce(data: nonce), ciphertext: sealed, tag: UnsafeRawBufferPointer(tagBytes)),
                    let plain = try? AES.GCM.open(box, using: SymmetricKey(data: key))
                else { return nil }
                return withBytes(of: plain, body)
            }
        }
    }

    /// The memory of what swift-crypto gave. Generic, for only so is the type's own way to its memory found, which this
    /// module, without Foundation, cannot name; it would get the one of any sequence, which has no memory.
    private static func withBytes<Result>(
        of bytes: some Collection<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        bytes.withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
    }

    private static func secret(
        for bytes: UnsafeRawBufferPointer, codec: ChunkCodec, key: NamespaceKey
    ) -> ChunkSecret {
        let messageBytes = label.count + 4 + 1 + Digest.byteCount
        return withUnsafeTemporaryAllocation(byteCount: messageBytes + derivedBytes, alignment: 8) { scratch in
            let message = UnsafeMutableRawBufferPointer(rebasing: scratch[..<messageBytes])
            let derived = UnsafeMutableRawBufferPointer(rebasing: scratch[messageBytes...])
            message.copyBytes(from: label)
            message.storeBytes(of: key.epoch.bigEndian, toByteOffset: label.count, as: UInt32.self)
            message[label.count + 4] = codec.rawValue
            ContentHash.plain(bytes).write(to: UnsafeMutableRawBufferPointer(rebasing: message[(label.count + 5)...]))
            Sodium.keyedBLAKE2b(UnsafeRawBufferPointer(message), key: key.secret, into: derived)
            defer { sodium_memzero(derived.address, derived.count) }
            return ChunkSecret(UnsafeRawBufferPointer(derived))
        }
    }

    static func withMaterial<Result>(
        of secret: ChunkSecret, _ body: (_ key: UnsafeRawBufferPointer, _ nonce: UnsafeRawBufferPointer) -> Result
    ) -> Result {
        Sodium.start()
        return withUnsafeTemporaryAllocation(byteCount: ChunkSecret.byteCount, alignment: 8) { material in
            secret.write(to: material)
            defer { sodium_memzero(material.address, material.count) }
            let bytes = UnsafeRawBufferPointer(material)
            return body(
                UnsafeRawBufferPointer(rebasing: bytes[..<ChunkSecret.keyBytes]),
                UnsafeRawBufferPointer(rebasing: bytes[ChunkSecret.keyBytes...]))
        }
    }
}
