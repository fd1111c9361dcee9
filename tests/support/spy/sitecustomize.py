"""Loaded by Python itself in the processes of a test: writes down what leaves a process, before it is encrypted.

SPY_FOLDER: where to write; one file of plaintext and one of audit events for each process. SPY_LEAK: a text that the
party's desk sends along on purpose, to show that the detector would see it.
"""

import os
import ssl
import sys

_FOLDER = os.environ.get("SPY_FOLDER")

if _FOLDER:
    _plain = open(os.path.join(_FOLDER, f"{os.getpid()}.plain"), "ab", buffering=0)  # noqa: PTH118, SIM115, PTH123
    _events = open(os.path.join(_FOLDER, f"{os.getpid()}.events"), "ab", buffering=0)  # noqa: PTH118, SIM115, PTH123
    _busy = False

    def _watch(event, arguments):
        global _busy
        if _busy or event not in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen"):
            return
        _busy = True
        try:
            shown = arguments[1:] if event in ("socket.connect", "socket.sendto") else arguments[:2]
            _events.write(f"{event} {shown!r}\n".encode())
        finally:
            _busy = False

    sys.addaudithook(_watch)

    def _recording(true):
        def send(self, data, *rest):
            sent = true(self, data, *rest)
            _plain.write(bytes(data)[: sent if isinstance(sent, int) else None])
            return sent

        return send

    for _name in ("send", "write"):
        setattr(ssl.SSLSocket, _name, _recording(getattr(ssl.SSLSocket, _name)))
    ssl.SSLObject.write = _recording(ssl.SSLObject.write)

_LEAK = os.environ.get("SPY_LEAK")

if _LEAK and "federated.flower.supernode" in " ".join(sys.orig_argv):
    from federated import desk as _desk
    from federated.courier import Letter as _Letter

    _true_answer = _desk.Desk.answer

    def _answer(self, letter):
        honest = _true_answer(self, letter)
        return _Letter((*honest.parts, {"note": _LEAK}), honest.blob)

    _desk.Desk.answer = _answer
