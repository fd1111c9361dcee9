// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IKeyBook, KeyRecord} from "./interfaces/IKeyBook.sol";
import {KeyIds} from "./libraries/KeyIds.sol";
import {KeyId} from "./types/KeyId.sol";
import {OrgId} from "./types/OrgId.sol";

/// @title KeyBook
/// @notice Keeps key records where storage proofs expect them: the mapping MUST stay at slot 0
abstract contract KeyBook is IKeyBook {
    mapping(KeyId keyId => KeyRecord) private _keys;
    mapping(KeyId keyId => bytes) private _publicKeys;

    /// @inheritdoc IKeyBook
    function keyRecord(KeyId keyId) external view returns (KeyRecord memory) {
        return _keys[keyId];
    }

    /// @inheritdoc IKeyBook
    function publicKeyOf(KeyId keyId) external view returns (bytes memory) {
        return _publicKeys[keyId];
    }

    /// @inheritdoc IKeyBook
    function isKeyActive(KeyId keyId, OrgId org, uint8 purpose, uint64 time) public view returns (bool) {
        KeyRecord storage key = _keys[keyId];
        return key.org == org && !org.isZero() && key.purpose == purpose && key.validFrom <= time
            && (key.retiredAt == 0 || time < key.retiredAt) && (key.compromisedAt == 0 || time < key.compromisedAt);
    }

    /// @dev The organisation that a key belongs to; reverts for an unknown key.
    function _orgOf(KeyId keyId) internal view returns (OrgId org) {
        org = _keys[keyId].org;
        if (org.isZero()) revert UnknownKey(keyId);
    }

    function _registerKey(OrgId org, KeyId keyId, uint8 purpose, bytes calldata publicKey, uint64 validFrom) internal {
        bytes memory stored = publicKey;
        if (KeyIds.isAddress(purpose) && publicKey.length == 0) {
            stored = abi.encodePacked(bytes20(uint160(uint256(KeyId.unwrap(keyId)))));
            if (uint256(KeyId.unwrap(keyId)) >> 160 != 0) revert MalformedPublicKey(purpose, publicKey);
        } else {
            KeyId derived = KeyIds.derive(purpose, publicKey);
            if (derived != keyId) revert KeyIdMismatch(keyId, derived);
        }
        if (validFrom == 0) revert ValidFromMissing(keyId);
        KeyRecord storage key = _keys[keyId];
        // Never overwritten: a key that could change hands or purpose would change what old signatures mean.
        if (!key.org.isZero()) revert KeyAlreadyRegistered(keyId, key.org);
        key.org = org;
        key.purpose = purpose;
        key.validFrom = validFrom;
        _publicKeys[keyId] = stored;
        emit KeyRegistered(org, keyId, purpose, validFrom, stored);
    }

    function _retireKey(KeyId keyId) internal {
        KeyRecord storage key = _keys[keyId];
        if (key.retiredAt != 0) revert KeyAlreadyRetired(keyId, key.retiredAt);
        key.retiredAt = uint64(block.timestamp);
        emit KeyRetired(key.org, keyId, key.retiredAt);
    }

    function _declareCompromised(KeyId keyId, uint64 since) internal {
        KeyRecord storage key = _keys[keyId];
        uint64 declared = key.compromisedAt;
        // Only ever earlier: a thief who still holds a key must not be able to bless what he signed.
        if (since == 0 || since > block.timestamp || (declared != 0 && since >= declared)) {
            revert CutOffRefused(keyId, declared, since, uint64(block.timestamp));
        }
        key.compromisedAt = since;
        emit KeyCompromised(key.org, keyId, since);
    }
}
