#!/usr/bin/env python3
"""Makes noise-vectors.json with the Python package noiseprotocol, an implementation that is not ours.

    python3 -m venv /tmp/noise && /tmp/noise/bin/pip install noiseprotocol==0.3.1
    /tmp/noise/bin/python make-noise-vectors.py > noise-vectors.json

Keys and payloads follow from the vector's number, so every run gives the same file. The names of the JSON keys are
those of the published collections of the Noise community; "rekey" says that the sender rekeys before that message.
"""
import hashlib
import json

from noise.connection import Keypair, NoiseConnection

PROTOCOL = "Noise_XX_25519_ChaChaPoly_SHA256"
SKEIN_PROLOGUE = b"skein/1 " + PROTOCOL.encode()


def derived(vector: int, purpose: str, size: int = 32) -> bytes:
    return hashlib.shake_256(f"skein noise vector {vector} {purpose}".encode()).digest(size)


def connection(vector: int, side: str, prologue: bytes) -> NoiseConnection:
    noise = NoiseConnection.from_name(PROTOCOL.encode())
    noise.set_prologue(prologue)
    noise.set_keypair_from_private_bytes(Keypair.STATIC, derived(vector, side + " static"))
    noise.set_keypair_from_private_bytes(Keypair.EPHEMERAL, derived(vector, side + " ephemeral"))
    if side == "init":
        noise.set_as_initiator()
    else:
        noise.set_as_responder()
    noise.start_handshake()
    return noise


def make(vector: int, prologue: bytes, sizes: list[int], rekeys: set[int]) -> dict:
    sides = [connection(vector, "init", prologue), connection(vector, "resp", prologue)]
    messages = []
    for number, size in enumerate(sizes):
        sender, receiver = sides[number % 2], sides[(number + 1) % 2]
        payload = derived(vector, f"payload {number}", size)
        if number < 3:
            wire = bytes(sender.write_message(payload))
            back = bytes(receiver.read_message(wire))
        else:
            if number in rekeys:
                sender.rekey_outbound_cipher()
                receiver.rekey_inbound_cipher()
            wire = bytes(sender.encrypt(payload))
            back = bytes(receiver.decrypt(wire))
        assert back == payload
        message = {"payload": payload.hex(), "ciphertext": wire.hex()}
        if number in rekeys:
            message["rekey"] = True
        messages.append(message)
    assert sides[0].get_handshake_hash() == sides[1].get_handshake_hash()
    return {
        "protocol_name": PROTOCOL,
        "init_prologue": prologue.hex(),
        "init_static": derived(vector, "init static").hex(),
        "init_ephemeral": derived(vector, "init ephemeral").hex(),
        "resp_prologue": prologue.hex(),
        "resp_static": derived(vector, "resp static").hex(),
        "resp_ephemeral": derived(vector, "resp ephemeral").hex(),
        "handshake_hash": sides[0].get_handshake_hash().hex(),
        "messages": messages,
        "source": "noiseprotocol 0.3.1",
    }


VECTORS = [
    make(0, b"", [0, 0, 0, 0, 0], set()),
    make(1, SKEIN_PROLOGUE, [0, 480, 480, 56, 16, 1, 300, 56], set()),
    make(2, SKEIN_PROLOGUE, [7, 1, 64, 33, 65, 0, 128, 3, 40], {5, 6, 8}),
    make(3, derived(3, "prologue", 200), [1000, 2000, 3, 1024, 15, 17], {3, 4}),
]
print(json.dumps({"vectors": VECTORS}, indent=1))
