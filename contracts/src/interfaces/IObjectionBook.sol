// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IAttestations} from "./IAttestations.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @notice One member's objection; times in seconds since 1970, `withdrawnAt` 0 while it stands
struct Objection {
    OrgId by;
    bytes32 reason;
    uint64 filedAt;
    uint64 withdrawnAt;
}

/// @title IObjectionBook
/// @notice Members object to attestations, in public. An objection changes nothing: it says who doubts what and why
/// @dev Signed by coming from the member's account contract, whose operator signed the transaction.
interface IObjectionBook {
    /// @notice A member objects, for reasons whose digest is `reason`
    event ObjectionFiled(bytes32 indexed uid, OrgId indexed by, uint256 index, bytes32 reason);
    /// @notice A member takes its objection back; it stays readable
    event ObjectionWithdrawn(bytes32 indexed uid, OrgId indexed by, uint256 index);

    /// @notice Thrown when the caller is no account contract of an active member
    error NotActiveMember(OrgId org, address caller);
    /// @notice Thrown when there is no such attestation
    error UnknownAttestation(bytes32 uid);
    /// @notice Thrown when no digest of reasons is given
    error ReasonMissing(bytes32 uid);
    /// @notice Thrown when the member's objection to this attestation stands already
    error AlreadyObjected(bytes32 uid, OrgId by);
    /// @notice Thrown when the caller's organisation has no standing objection to this attestation
    error NoObjection(bytes32 uid, OrgId by);
    /// @notice Thrown when one of the two contracts it is built on has no code
    error ContractMissing(address where);

    /// @notice Object to an attestation; only from the account of an active member, once at a time
    /// @param reason SHA-256 of the reasons
    /// @return index its number among the objections to this attestation
    function file(bytes32 uid, bytes32 reason) external returns (uint256 index);

    /// @notice Take the objection of the caller's organisation back, suspended or not
    function withdraw(bytes32 uid) external;

    /// @notice How many objections to an attestation stand
    function standing(bytes32 uid) external view returns (uint256);

    /// @notice Whether a member's objection to an attestation stands
    function objects(bytes32 uid, OrgId by) external view returns (bool);

    /// @notice How many objections to an attestation were ever filed
    function objectionCount(bytes32 uid) external view returns (uint256);

    /// @notice Up to `most` objections to an attestation, withdrawn ones too, from number `first` on
    function objections(bytes32 uid, uint256 first, uint256 most) external view returns (Objection[] memory);

    /// @notice The EAS whose attestations are meant
    function eas() external view returns (IAttestations);

    /// @notice The registry of members
    function registry() external view returns (IMemberRegistry);
}
