// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {IKeyBook} from "../interfaces/IKeyBook.sol";
import {KeyId} from "../types/KeyId.sol";
import {Purpose} from "../types/Purpose.sol";

/// @title KeyIds
/// @notice Derives the id of a public key, so that a registered id can stand for one key only
/// @dev JWK thumbprints: RFC 7638 (EC members of RFC 7518 section 6.2.1) and RFC 8037 appendix A.3 (OKP).
library KeyIds {
    /// @notice The id of `publicKey` when used for `purpose`; reverts when it has not the right form
    /// @dev A key of small order cannot be told here: readers refuse such Ed25519 keys (evidence.keys).
    function derive(uint8 purpose, bytes calldata publicKey) internal pure returns (KeyId) {
        if (purpose == Purpose.STATEMENT) return _p256(publicKey);
        if (purpose == Purpose.FEDERATED) return _ec(purpose, publicKey, "P-384", 48);
        if (purpose == Purpose.ENCRYPTION) return _okp(purpose, publicKey, "X25519");
        if (purpose == Purpose.LOG || purpose == Purpose.NODE) return _okp(purpose, publicKey, "Ed25519");
        if (isAddress(purpose)) {
            if (publicKey.length != 20) revert IKeyBook.MalformedPublicKey(purpose, publicKey);
            return KeyId.wrap(bytes32(uint256(uint160(bytes20(publicKey)))));
        }
        revert IKeyBook.UnknownPurpose(purpose);
    }

    /// @notice Whether keys of this purpose are chain addresses
    function isAddress(uint8 purpose) internal pure returns (bool) {
        return purpose == Purpose.ANCHOR || purpose == Purpose.ATTEST;
    }

    function _p256(bytes calldata publicKey) private pure returns (KeyId keyId) {
        keyId = _ec(Purpose.STATEMENT, publicKey, "P-256", 32);
        // A point off the curve leaks the other side's secrets in key agreement and verifies nothing: keep it out.
        if (!P256.isValidPublicKey(bytes32(publicKey[1:33]), bytes32(publicKey[33:65]))) {
            revert IKeyBook.MalformedPublicKey(Purpose.STATEMENT, publicKey);
        }
    }

    function _ec(uint8 purpose, bytes calldata publicKey, string memory curve, uint256 width)
        private
        pure
        returns (KeyId)
    {
        // SEC 1 section 2.3.3: 0x04, x, y.
        if (publicKey.length != 2 * width + 1 || publicKey[0] != 0x04) {
            revert IKeyBook.MalformedPublicKey(purpose, publicKey);
        }
        return KeyId.wrap(
            sha256(
                abi.encodePacked(
                    '{"crv":"',
                    curve,
                    '","kty":"EC","x":"',
                    Base64.encodeURL(publicKey[1:width + 1]),
                    '","y":"',
                    Base64.encodeURL(publicKey[width + 1:]),
                    '"}'
                )
            )
        );
    }

    function _okp(uint8 purpose, bytes calldata publicKey, string memory curve) private pure returns (KeyId) {
        if (publicKey.length != 32) revert IKeyBook.MalformedPublicKey(purpose, publicKey);
        return KeyId.wrap(
            sha256(
                abi.encodePacked('{"crv":"', curve, '","kty":"OKP","x":"', Base64.encodeURL(publicKey), '"}')
            )
        );
    }
}
