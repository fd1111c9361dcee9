// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Purpose
/// @notice What a key may be used for; one key has one purpose, for ever
library Purpose {
    /// @dev Signs statements: ES256, public key as SEC1 uncompressed P-256 (65 bytes).
    uint8 internal constant STATEMENT = 1;
    /// @dev Signs log checkpoints: Ed25519 (32 bytes).
    uint8 internal constant LOG = 2;
    /// @dev Anchors log heads: a chain address.
    uint8 internal constant ANCHOR = 3;
    /// @dev Operates the account contract that attests: a chain address.
    uint8 internal constant ATTEST = 4;
    /// @dev Receives encrypted files: X25519 (32 bytes).
    uint8 internal constant ENCRYPTION = 5;
    /// @dev Authenticates a federated-learning node: SEC1 uncompressed P-384 (97 bytes).
    uint8 internal constant FEDERATED = 6;
    /// @dev Signs calls between nodes: Ed25519 (32 bytes).
    uint8 internal constant NODE = 7;
}
