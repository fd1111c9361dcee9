// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IAttestationResolver, IAttestations} from "./IAttestations.sol";
import {IEvidenceLog} from "./IEvidenceLog.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @notice What a scorer says of one characteristic in one month; `n` 0 means nothing. Cpk in millionths
/// @dev Two storage slots; the first is packed, lowest bytes first: n, cpkMicro, upperMicro, attestedAt (seconds).
struct CapabilityMonth {
    uint32 n;
    int64 cpkMicro;
    int64 upperMicro;
    uint64 attestedAt;
    bytes32 uid;
}

/// @title ICapabilityResolver
/// @notice Decides which capability attestations EAS takes, and keeps the newest of each scorer for contracts to read
/// @dev Months are `year * 12 + month - 1`, UTC. A month does not age, so its attestation does not expire; when it was
///      wrong, it is superseded or revoked. A revoked month counts as missing until it is attested again.
interface ICapabilityResolver is IAttestationResolver {
    /// @notice A month is attested, for the first time or anew
    event CapabilityAttested(
        OrgId indexed subject, OrgId indexed attester, bytes32 indexed characteristic, uint32 month, bytes32 uid
    );
    /// @notice A month is withdrawn by who attested it
    event CapabilityRevoked(
        OrgId indexed subject, OrgId indexed attester, bytes32 indexed characteristic, uint32 month, bytes32 uid
    );

    /// @notice Thrown when anyone but EAS calls
    error NotEas(address caller);
    /// @notice Thrown when ether is sent along
    error NotPayable(uint256 value);
    /// @notice Thrown while the registry is paused
    error AttestingPaused();
    /// @notice Thrown when the attestation belongs to another schema that names this resolver
    error WrongSchema(bytes32 given, bytes32 expected);
    /// @notice Thrown when the data has not the length of a claim
    error MalformedClaim(uint256 length);
    /// @notice Thrown when the attester is no account contract of an active member with the scorer role
    error NotScorer(OrgId org, address attester);
    /// @notice Thrown when an organisation attests itself
    error SelfAttestation(OrgId org);
    /// @notice Thrown when the subject is no active member with the supplier role
    error NotSupplier(OrgId subject);
    /// @notice Thrown when the recipient is not the subject's account (zero when it has none)
    error WrongRecipient(address given, address expected);
    /// @notice Thrown when no characteristic is named, or the month is not here yet
    error MonthRefused(bytes32 characteristic, uint32 month, uint32 newest);
    /// @notice Thrown when fewer than two values are said to give a Cpk, or the bound lies below the estimate
    error CapabilityRefused(uint32 n, int64 cpkMicro, int64 upperMicro);
    /// @notice Thrown when the attestation expires
    error Expires(uint64 expires);
    /// @notice Thrown when the attestation could not be revoked
    error NotRevocable();
    /// @notice Thrown when the evidence head was never anchored
    error HeadNotAnchored(OrgId org, uint64 size, bytes32 root);
    /// @notice Thrown when the attestation does not refer to the scorer's newest of the same month (zero when none)
    error NotTheNewest(bytes32 given, bytes32 expected);
    /// @notice Thrown when one of the contracts it is built on has no code
    error ContractMissing(address where);

    /// @notice The EAS schema whose attestations are judged here
    function schema() external pure returns (string memory);

    /// @notice The UID under which EAS registers that schema with this resolver, revocable
    function schemaUid() external view returns (bytes32);

    /// @notice What `scorer` says of one month; a zero scorer means whoever said something last
    function monthOf(OrgId subject, bytes32 characteristic, uint32 month, OrgId scorer)
        external
        view
        returns (CapabilityMonth memory);

    /// @notice `count` months in a row, the last one first, as `monthOf` gives each
    function monthsBack(OrgId subject, bytes32 characteristic, uint32 last, uint256 count, OrgId scorer)
        external
        view
        returns (CapabilityMonth[] memory);

    /// @notice The EAS whose calls count
    function eas() external view returns (IAttestations);

    /// @notice The registry of attesters and subjects
    function registry() external view returns (IMemberRegistry);

    /// @notice The log in which evidence heads must be anchored
    function log() external view returns (IEvidenceLog);
}
