// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";

/// @notice From when (included) until when (not included) a body is accredited for a scope, in seconds since 1970
struct Term {
    uint64 from;
    uint64 until;
}

/// @title IAccreditationRegistry
/// @notice Which inspection bodies may co-sign what, until when; granted by the holder of a role
/// @dev An accreditation that runs out or is withdrawn leaves what was signed under it. A body that is barred takes it
///      along, from the cut-off time on, and is barred for good.
interface IAccreditationRegistry {
    /// @notice A body is accredited for a scope, anew or for longer
    event AccreditationGranted(OrgId indexed body, bytes32 indexed scope, uint64 from, uint64 until);
    /// @notice An accreditation ends now
    event AccreditationWithdrawn(OrgId indexed body, bytes32 indexed scope, uint64 until);
    /// @notice From `since` on nothing of this body counts
    event BodyBarred(OrgId indexed body, uint64 since);

    /// @notice Thrown when the organisation is no active member with the role of an accredited body
    error NotAccreditedBody(OrgId body);
    /// @notice Thrown when no scope, too many, or the empty scope is given
    error ScopesRefused(uint256 count, uint256 most);
    /// @notice Thrown when the end is not in the future, or later than `latest`
    error ExpiryRefused(uint64 until, uint64 latest);
    /// @notice Thrown when the body is barred
    error BarredBody(OrgId body, uint64 since);
    /// @notice Thrown when there is nothing to withdraw
    error NoTerm(OrgId body, bytes32 scope);
    /// @notice Thrown when a cut-off lies in the future, is missing, or would move a declared one later
    error BarRefused(OrgId body, uint64 declared, uint64 requested, uint64 nowTime);
    /// @notice Thrown when the registry's address holds no contract
    error RegistryMissing(address registry);

    /// @notice Accredit a body for 1 to 32 scopes until `until`, at most five years ahead; only the accreditor
    function grant(OrgId body, bytes32[] calldata scopes, uint64 until) external;

    /// @notice End an accreditation now; only the accreditor
    function withdraw(OrgId body, bytes32 scope) external;

    /// @notice Bar a body from `since` on; only the accreditor
    /// @param since not in the future; a second cut-off can only lie earlier
    function bar(OrgId body, uint64 since) external;

    /// @notice Whether a body may co-sign in `scope` at `time`: an active body, not barred, within its present term
    function isAccredited(OrgId body, bytes32 scope, uint64 time) external view returns (bool);

    /// @notice The newest term of a body for a scope; all zero when it never had one
    function term(OrgId body, bytes32 scope) external view returns (Term memory);

    /// @notice From when on nothing of a body counts; zero when it is not barred
    function barredSince(OrgId body) external view returns (uint64);

    /// @notice The registry of members
    function registry() external view returns (IMemberRegistry);
}
