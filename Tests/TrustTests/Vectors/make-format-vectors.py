#!/usr/bin/env python3
"""Makes format-vectors.json: Skein's lasting objects, put together byte by byte from the tables in docs/wire.

    python3 -m venv /tmp/format && /tmp/format/bin/pip install pynacl==1.6.2 cryptography
    /tmp/format/bin/python make-format-vectors.py > format-vectors.json

It shares no code with Skein, so it also checks that the tables say enough. Only the two sealed boxes differ between
runs: their ephemeral keys are random.
"""
import hashlib
import json
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl import bindings as sodium
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey


def derived(purpose: str, size: int = 32) -> bytes:
    return hashlib.shake_256(f"skein format vector {purpose}".encode()).digest(size)


def u8(value): return struct.pack(">B", value)
def u16(value): return struct.pack(">H", value)
def u32(value): return struct.pack(">I", value)
def u64(value): return struct.pack(">Q", value)
def field16(field): return u16(len(field)) + field
def text(value): return field16(value.encode())


def sign(key: SigningKey, context: str, message: bytes) -> bytes:
    return key.sign(context.encode() + b"\0" + message).signature


def public(key) -> bytes:
    return bytes(key.verify_key) if isinstance(key, SigningKey) else bytes(key.public_key)


ROOT, ISSUER, PEER = (SigningKey(derived(name)) for name in ("root", "issuer", "peer"))
AGREEMENT = PrivateKey(derived("agreement"))
NAMESPACE, NAMESPACE_SECRET = derived("namespace id"), derived("namespace secret")
GOSSIP_SECRET = derived("gossip secret")
START, ISSUER_END, PEER_END = 1_800_000_000, 1_807_776_000, 1_800_259_200

# trust-objects.md, "Issuer certificate"
issuer = u16(1) + public(ROOT) + u64(11) + public(ISSUER) + u32(7) + u64(START) + u64(ISSUER_END)
issuer += sign(ROOT, "skein-issuer-1", issuer)

# trust-objects.md, "Peer certificate"
ranges = [bytes([10, 77, 0, 0]), bytes([0xFD] + [0] * 15)]
peer = u16(1) + public(ROOT) + public(PEER) + public(AGREEMENT) + text("h0") + u64(12) + u32(5)
peer += u8(2) + u8(4) + u8(16) + ranges[0] + u8(16) + u8(8) + ranges[1]
peer += u64(START) + u64(PEER_END) + public(ISSUER)
peer += sign(ISSUER, "skein-peer-1", peer)
chain = field16(issuer) + field16(peer)

# trust-objects.md, "Identity file", "Site file", "Site authority"
identity = b"SKEINID1" + bytes(PEER) + bytes(AGREEMENT) + public(PEER) + public(AGREEMENT)
gossip_key = u32(3) + GOSSIP_SECRET
namespace_key = NAMESPACE + u32(4) + NAMESPACE_SECRET
site = b"SKEINST1" + text("tokyo") + public(ROOT) + gossip_key + namespace_key + field16(chain)
authority = b"SKEINRT1" + u8(0) + text("tokyo") + bytes(ROOT) + bytes(ISSUER) + field16(issuer)
authority += gossip_key + namespace_key

# trust-objects.md, "Gossip key ring"
ring = b"SKEINGK1" + u8(2) + gossip_key + u32(7) + derived("next gossip secret") + u32(3)

# trust-objects.md, "Grant"
image, image_key = derived("image"), derived("image key")
box = SealedBox(PublicKey(public(AGREEMENT))).encrypt(image_key)
grant = u16(1) + image + public(PEER) + box + public(PEER)
grant += sign(PEER, "skein-grant-1", grant)

# trust-objects.md, "Sealed datagram"
boot, counter, plain = derived("boot", 16), 0x0102030405, b"a swan for each of us"
header = u8(1) + u32(3) + public(PEER) + boot + u64(counter)
subkey = hashlib.blake2b(
    b"skein-gossip-1" + public(PEER) + boot, digest_size=32, key=GOSSIP_SECRET).digest()
datagram = header + sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
    plain, header, bytes(4) + struct.pack("<Q", counter), subkey)

# trust-objects.md, "Sealed bytes"
nonce = derived("nonce", 24)
sealed = nonce + sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(b"private part", b"page 7", nonce, image_key)

# trust-objects.md, "Chunk"
chunks = []
for codec, size in ((0, 0), (0, 1), (1, 5000), (1, 40_000)):
    body = bytes((i * i + 3 * i + codec) % 251 for i in range(size))
    secret = hashlib.blake2b(
        b"skein-chunk-2" + u32(4) + u8(codec) + hashlib.sha256(body).digest(),
        digest_size=64, key=NAMESPACE_SECRET).digest()[:44]
    stored = AESGCM(secret[:32]).encrypt(secret[32:], body, None)
    stored, tag = stored[:-16], stored[-16:]
    slices = [hashlib.sha256(b"\0" + stored[at:at + 16384]).digest() for at in range(0, len(stored), 16384)]
    name = hashlib.sha256(b"\1" + u32(len(stored)) + tag + b"".join(slices)).digest()
    chunks.append({
        "codec": codec, "size": size, "secret": secret.hex(), "tag": tag.hex(),
        "stored_sha256": hashlib.sha256(stored).hexdigest(), "chunk_id": name.hex(),
    })

print(json.dumps({
    "site": public(ROOT).hex(), "peer": public(PEER).hex(), "agreement": public(AGREEMENT).hex(),
    "start": START, "issuer_end": ISSUER_END, "peer_end": PEER_END,
    "issuer_certificate": issuer.hex(), "peer_certificate": peer.hex(), "chain": chain.hex(),
    "identity": identity.hex(), "site_file": site.hex(), "authority": authority.hex(),
    "gossip_key_ring": ring.hex(), "next_gossip_secret": derived("next gossip secret").hex(),
    "grant": grant.hex(), "image": image.hex(), "image_key": image_key.hex(),
    "datagram": datagram.hex(), "datagram_plain": plain.hex(),
    "sealed": sealed.hex(), "sealed_plain": b"private part".hex(), "sealed_additional": b"page 7".hex(),
    "namespace_key": namespace_key.hex(), "chunks": chunks,
}, indent=1))
