// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeyId} from "../types/KeyId.sol";
import {OrgId} from "../types/OrgId.sol";
import {IKeyBook} from "./IKeyBook.sol";

/// @notice One organisation of the consortium; `roles` are the bits of `Roles`, `account` is zero until it has one
struct Member {
    OrgId org;
    string lei;
    string name;
    string endpoint;
    uint256 roles;
    address account;
    uint64 enrolledAt;
    bool active;
}

/// @title IMemberRegistry
/// @notice Who belongs to the consortium, in which roles, and whether the consortium stands still
interface IMemberRegistry is IKeyBook {
    /// @notice An organisation joins; it is active at once
    event MemberEnrolled(OrgId indexed org, string lei, string name, string endpoint, uint256 roles);
    /// @notice A member is suspended or comes back
    event MemberActiveSet(OrgId indexed org, bool active);
    /// @notice A member's roles are replaced
    event MemberRolesSet(OrgId indexed org, uint256 roles);
    /// @notice A member's node is reached at a new address
    event MemberEndpointSet(OrgId indexed org, string endpoint);
    /// @notice A member attests through another account contract from now on
    event MemberAccountSet(OrgId indexed org, address indexed account, address previous);

    /// @notice Thrown when the organisation is enrolled already
    error AlreadyEnrolled(OrgId org);
    /// @notice Thrown when nobody enrolled the organisation
    error UnknownMember(OrgId org);
    /// @notice Thrown when a suspended member tries to act
    error InactiveMember(OrgId org);
    /// @notice Thrown when the text is no LEI: 18 of 0-9 and A-Z, two check digits (ISO 17442, ISO 7064 MOD 97-10)
    error MalformedLei(string lei);
    /// @notice Thrown when the id is not SHA-256 of `credence/org/v1:` and the LEI
    error OrgIdMismatch(OrgId given, OrgId derived);
    /// @notice Thrown when a role bit has no meaning
    error UnknownRoles(uint256 roles);
    /// @notice Thrown when a text is empty where it must not be, or longer than `most` bytes
    error TextLength(uint256 length, uint256 most);
    /// @notice Thrown when the caller is neither the enroller nor the organisation's own account
    error NotForOrg(OrgId org, address caller);
    /// @notice Thrown when an address is no account contract of the organisation at this registry, or has another owner
    error AccountRefused(OrgId org, address account);

    /// @notice Enrol an organisation; only the enroller
    /// @param org SHA-256 of `credence/org/v1:` and `lei`, checked
    /// @param name at most 256 bytes, not empty
    /// @param endpoint URL of its node, at most 512 bytes, may be empty
    /// @param roles bits of `Roles`
    function enrol(OrgId org, string calldata lei, string calldata name, string calldata endpoint, uint256 roles)
        external;

    /// @notice Suspend a member or let it back; only the enroller
    function setActive(OrgId org, bool active) external;

    /// @notice Replace a member's roles; only the enroller
    function setRoles(OrgId org, uint256 roles) external;

    /// @notice Say where a member's node is reached; the enroller or the member's account
    function setEndpoint(OrgId org, string calldata endpoint) external;

    /// @notice Name the account contract that attests for a member; the enroller or the present account
    function setAccount(OrgId org, address account) external;

    /// @notice Register a key; the enroller or the member's account. The member must be active
    /// @param keyId the JWK thumbprint of `publicKey`, or the padded address; checked
    /// @param publicKey as `Purpose` says; for chain addresses the 20 bytes, or nothing
    /// @param validFrom seconds since 1970, may lie in the future, never 0
    function registerKey(OrgId org, KeyId keyId, uint8 purpose, bytes calldata publicKey, uint64 validFrom) external;

    /// @notice Retire a key now, for good; the enroller or the account of its organisation, suspended or not
    function retireKey(KeyId keyId) external;

    /// @notice Cut a key off from `since` on; the enroller or the account of its organisation, suspended or not
    /// @param since not in the future; a second declaration can only move the cut-off earlier
    function declareCompromised(KeyId keyId, uint64 since) external;

    /// @notice Stop new anchors and attestations; only the pauser. Reads and revocations go on
    function pause() external;

    /// @notice Let anchors and attestations go on; only the pauser
    function unpause() external;

    /// @notice Whether new anchors and attestations are stopped
    function paused() external view returns (bool);

    /// @notice The member; reverts with `UnknownMember`
    function member(OrgId org) external view returns (Member memory);

    /// @notice How many organisations were ever enrolled
    function memberCount() external view returns (uint256);

    /// @notice The organisation enrolled as number `index`, from 0
    function memberAt(uint256 index) external view returns (OrgId);

    /// @notice Whether the organisation is enrolled and not suspended
    function isActive(OrgId org) external view returns (bool);

    /// @notice Whether the organisation is active and has every role in `roles`
    function hasRoles(OrgId org, uint256 roles) external view returns (bool);

    /// @notice The organisation that an account contract speaks for; zero when none
    function orgOfAccount(address account) external view returns (OrgId);

    /// @notice The account contract of an organisation; zero when it has none
    function accountOf(OrgId org) external view returns (address);

    /// @notice Whether `holder` may anchor for `org` at `time`
    function isAnchorKey(OrgId org, address holder, uint64 time) external view returns (bool);

    /// @notice Whether `holder` may operate the account of `org` at `time`
    function isAttestKey(OrgId org, address holder, uint64 time) external view returns (bool);
}
