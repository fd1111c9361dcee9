// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IAccreditationRegistry} from "./IAccreditationRegistry.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @notice A supplier's claim to have repaired something; times in seconds since 1970, `withdrawnAt` 0 while it stands
struct RepairClaim {
    OrgId subject;
    bytes32 document; // SHA-256 of the claim as it was signed off chain
    bytes32 scope; // what a body must be accredited for to co-sign it
    uint64 openedAt;
    uint64 until; // the repair runs up to here, not included
    uint64 withdrawnAt;
}

/// @notice A body's co-sign of a claim; `revokedAt` 0 while it stands
struct CoSign {
    OrgId body;
    bytes32 evidence; // SHA-256 of what the body saw and signed off chain
    uint64 signedAt;
    uint64 revokedAt;
}

/// @title IRepairBook
/// @notice Repair claims and the accredited bodies that co-sign them
/// @dev Whether a body is accredited is asked when it signs, and never again: only a bar takes a co-sign away later.
interface IRepairBook {
    /// @notice A supplier opens a claim
    event RepairOpened(bytes32 indexed claim, OrgId indexed subject, bytes32 document, bytes32 scope, uint64 until);
    /// @notice A supplier takes its claim back
    event RepairWithdrawn(bytes32 indexed claim, OrgId indexed subject);
    /// @notice A body co-signs a claim
    event RepairCoSigned(bytes32 indexed claim, OrgId indexed body, bytes32 evidence);
    /// @notice A body takes its co-sign back, for good
    event CoSignRevoked(bytes32 indexed claim, OrgId indexed body);

    /// @notice Thrown while the registry is paused
    error RepairsPaused();
    /// @notice Thrown when the caller is no account contract of an active member with the supplier role
    error NotSupplierAccount(OrgId org, address caller);
    /// @notice Thrown when document or scope is missing
    error RepairClaimRefused(bytes32 document, bytes32 scope);
    /// @notice Thrown when the repair ends in the past, or later than `latest`
    error DeadlineRefused(uint64 until, uint64 latest);
    /// @notice Thrown when the supplier opened this claim before
    error AlreadyOpened(bytes32 claim);
    /// @notice Thrown when the supplier has `most` claims open
    error TooManyOpen(OrgId subject, uint256 most);
    /// @notice Thrown when the organisation did on this day (UTC, counted from 1970) what it may do in one
    error DailyLimit(OrgId org, uint256 day, uint32 limit);
    /// @notice Thrown when nobody opened such a claim
    error UnknownClaim(bytes32 claim);
    /// @notice Thrown when the claim was withdrawn, or its time is over
    error ClaimOver(bytes32 claim, uint64 end);
    /// @notice Thrown when the caller is not the account of the claim's subject
    error NotSubject(bytes32 claim, address caller);
    /// @notice Thrown when a body would co-sign its own claim
    error OwnClaim(bytes32 claim, OrgId body);
    /// @notice Thrown when the body is not accredited for the claim's scope now
    error NotAccredited(OrgId body, bytes32 scope, uint64 nowTime);
    /// @notice Thrown when the body signed this claim before, revoked or not, or no further co-sign fits
    error CoSignRefused(bytes32 claim, OrgId body, uint256 count);
    /// @notice Thrown when the signature is for a time that is over
    error SignatureExpired(uint64 deadline, uint64 nowTime);
    /// @notice Thrown when the body's account contract does not own the signature (ERC-1271)
    error SignatureRefused(OrgId body, address account);
    /// @notice Thrown when the caller's organisation has no standing co-sign on the claim
    error NoCoSign(bytes32 claim, OrgId body);
    /// @notice Thrown when a contract has no code, or a daily limit is zero
    error RepairMisconfigured(address accreditations, uint32 claimsPerDay, uint32 coSignsPerDay);

    /// @notice Open a claim; only from the account of an active supplier, within its daily limit
    /// @param until when the repair must be over: in the future, at most 180 days ahead
    function open(bytes32 document, bytes32 scope, uint64 until) external returns (bytes32 claim);

    /// @notice Take a claim back; only its subject, suspended or not
    function withdraw(bytes32 claim) external;

    /// @notice Bring a body's signature of `coSignDigest`; anyone may
    function coSign(bytes32 claim, OrgId body, bytes32 evidence, uint64 deadline, bytes calldata signature) external;

    /// @notice Take a co-sign back, for good; only from the body's account, suspended or not
    function revokeCoSign(bytes32 claim) external;

    /// @notice Whether at `time` a co-sign stood that no revocation, bar or withdrawal had taken away
    function isCosigned(bytes32 claim, uint64 time) external view returns (bool);

    /// @notice Whether at `time` a co-signed claim of the subject was running
    /// @dev Among its newest 16 claims: no other can run now or later. An earlier moment is asked at its own block.
    function inRepair(OrgId subject, uint64 time) external view returns (bool);

    /// @notice What a body signs: EIP-712, `RepairCoSign(bytes32 claim,bytes32 body,bytes32 evidence,uint64 deadline)`
    /// @dev The operator of its account signs `messageDigest` of that.
    function coSignDigest(bytes32 claim, OrgId body, bytes32 evidence, uint64 deadline)
        external
        view
        returns (bytes32);

    /// @notice The name of a claim: the hash of who claims what in which scope
    function claimId(OrgId subject, bytes32 document, bytes32 scope) external pure returns (bytes32);

    /// @notice A claim; reverts with `UnknownClaim`
    function repairClaim(bytes32 claim) external view returns (RepairClaim memory);

    /// @notice All co-signs of a claim, revoked ones too; at most eight
    function coSigns(bytes32 claim) external view returns (CoSign[] memory);

    /// @notice How many claims a supplier ever opened
    function claimCount(OrgId subject) external view returns (uint256);

    /// @notice The claim number `index` of a supplier, from 0
    function claimAt(OrgId subject, uint256 index) external view returns (bytes32 claim);

    /// @notice How many claims a supplier may open in a day (UTC)
    function claimsPerDay() external view returns (uint32);

    /// @notice How many claims a body may co-sign in a day (UTC)
    function coSignsPerDay() external view returns (uint32);

    /// @notice Who may co-sign what
    function accreditations() external view returns (IAccreditationRegistry);

    /// @notice The registry of members
    function registry() external view returns (IMemberRegistry);
}
