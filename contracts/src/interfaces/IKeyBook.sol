// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeyId} from "../types/KeyId.sol";
import {OrgId} from "../types/OrgId.sol";

/// @notice A registered key: whose, for what, from when, until when (seconds since 1970, 0 = never)
/// @dev Two storage slots; the second is packed, lowest bytes first: purpose, validFrom, retiredAt, compromisedAt.
struct KeyRecord {
    OrgId org;
    uint8 purpose;
    uint64 validFrom;
    uint64 retiredAt;
    uint64 compromisedAt;
}

/// @title IKeyBook
/// @notice Which keys speak for whom, for what and when. A key is never forgotten, reused or handed on
interface IKeyBook {
    /// @notice A key begins to speak for an organisation from `validFrom` on
    event KeyRegistered(
        OrgId indexed org, KeyId indexed keyId, uint8 indexed purpose, uint64 validFrom, bytes publicKey
    );
    /// @notice A key stops speaking for its organisation; what it signed before stays good
    event KeyRetired(OrgId indexed org, KeyId indexed keyId, uint64 retiredAt);
    /// @notice Nothing that a key signed from `since` on may be relied upon
    event KeyCompromised(OrgId indexed org, KeyId indexed keyId, uint64 since);

    /// @notice Thrown when the key was registered before, by whomever
    error KeyAlreadyRegistered(KeyId keyId, OrgId org);
    /// @notice Thrown when nobody registered the key
    error UnknownKey(KeyId keyId);
    /// @notice Thrown when no such purpose exists
    error UnknownPurpose(uint8 purpose);
    /// @notice Thrown when the public key has not the form that its purpose needs
    error MalformedPublicKey(uint8 purpose, bytes publicKey);
    /// @notice Thrown when the id given is not the one that the public key has
    error KeyIdMismatch(KeyId given, KeyId derived);
    /// @notice Thrown when a key would be valid from the year 1970 on, which is how "never" is written
    error ValidFromMissing(KeyId keyId);
    /// @notice Thrown when the key was retired before
    error KeyAlreadyRetired(KeyId keyId, uint64 retiredAt);
    /// @notice Thrown when a cut-off lies in the future, is missing, or would move a declared one later
    error CutOffRefused(KeyId keyId, uint64 declared, uint64 requested, uint64 nowTime);

    /// @notice The record of a key; all zero when it was never registered
    function keyRecord(KeyId keyId) external view returns (KeyRecord memory);

    /// @notice The public key as it was registered: SEC1, raw Ed25519 or X25519, or the 20 bytes of an address
    function publicKeyOf(KeyId keyId) external view returns (bytes memory);

    /// @notice Whether `keyId` speaks for `org` and `purpose` at `time`: valid, not retired, not compromised
    function isKeyActive(KeyId keyId, OrgId org, uint8 purpose, uint64 time) external view returns (bool);
}
