// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A public key: its JWK thumbprint (RFC 7638), or a chain address left-padded to 32 bytes
type KeyId is bytes32;

using {keyDiffers as !=} for KeyId global;

/// @dev Whether they name two keys.
function keyDiffers(KeyId a, KeyId b) pure returns (bool) {
    return KeyId.unwrap(a) != KeyId.unwrap(b);
}

/// @dev The id of a key that is a chain address.
function addressKey(address holder) pure returns (KeyId) {
    return KeyId.wrap(bytes32(uint256(uint160(holder))));
}
