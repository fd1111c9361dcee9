// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IMemberRegistry, Member} from "./interfaces/IMemberRegistry.sol";
import {IOrgAccount} from "./interfaces/IOrgAccount.sol";
import {KeyBook} from "./KeyBook.sol";
import {Lei} from "./libraries/Lei.sol";
import {addressKey, KeyId} from "./types/KeyId.sol";
import {OrgId} from "./types/OrgId.sol";
import {Purpose} from "./types/Purpose.sol";
import {Roles} from "./types/Roles.sol";

/// @title MemberRegistry
/// @notice The consortium's members and their keys. KeyBook comes first, so that its mapping lies at slot 0
contract MemberRegistry is KeyBook, IMemberRegistry, AccessControlDefaultAdminRules, Pausable {
    /// @notice Enrols members and helps one that has lost its keys
    bytes32 public constant ENROLLER_ROLE = keccak256("credence/role/enroller");
    /// @notice Stops the consortium in an emergency
    bytes32 public constant PAUSER_ROLE = keccak256("credence/role/pauser");

    uint256 private constant MOST_NAME_BYTES = 256;
    uint256 private constant MOST_ENDPOINT_BYTES = 512;

    mapping(OrgId org => Member) private _members;
    mapping(address account => OrgId) private _orgOfAccount;
    OrgId[] private _order;

    /// @dev Suspended or not: what protects an organisation must not depend on its standing.
    modifier onlyForOrg(OrgId org) {
        if (!hasRole(ENROLLER_ROLE, msg.sender)) {
            OrgId caller = _orgOfAccount[msg.sender];
            if (org.isZero() || caller != org) revert NotForOrg(org, msg.sender);
        }
        _;
    }

    /// @param adminDelay seconds between the first and the second step of a change of admin
    /// @param admin grants and takes the other roles, nothing else
    /// @param enroller first holder of the enroller role
    /// @param pauser first holder of the pauser role
    constructor(uint48 adminDelay, address admin, address enroller, address pauser)
        AccessControlDefaultAdminRules(adminDelay, admin)
    {
        _grantRole(ENROLLER_ROLE, enroller);
        _grantRole(PAUSER_ROLE, pauser);
    }

    /// @inheritdoc IMemberRegistry
    function enrol(OrgId org, string calldata lei, string calldata name, string calldata endpoint, uint256 roles)
        external
        onlyRole(ENROLLER_ROLE)
    {
        if (!Lei.isValid(lei)) revert MalformedLei(lei);
        OrgId derived = Lei.orgId(lei);
        if (org != derived) revert OrgIdMismatch(org, derived);
        if (!_members[org].org.isZero()) revert AlreadyEnrolled(org);
        if (bytes(name).length == 0) revert TextLength(0, MOST_NAME_BYTES);
        _checkText(name, MOST_NAME_BYTES);
        _checkText(endpoint, MOST_ENDPOINT_BYTES);
        _checkRoles(roles);
        _members[org] = Member({
            org: org,
            lei: lei,
            name: name,
            endpoint: endpoint,
            roles: roles,
            account: address(0),
            enrolledAt: uint64(block.timestamp),
            active: true
        });
        _order.push(org);
        emit MemberEnrolled(org, lei, name, endpoint, roles);
    }

    /// @inheritdoc IMemberRegistry
    function setActive(OrgId org, bool active) external onlyRole(ENROLLER_ROLE) {
        _known(org).active = active;
        emit MemberActiveSet(org, active);
    }

    /// @inheritdoc IMemberRegistry
    function setRoles(OrgId org, uint256 roles) external onlyRole(ENROLLER_ROLE) {
        _checkRoles(roles);
        _known(org).roles = roles;
        emit MemberRolesSet(org, roles);
    }

    /// @inheritdoc IMemberRegistry
    function setEndpoint(OrgId org, string calldata endpoint) external onlyForOrg(org) {
        _checkText(endpoint, MOST_ENDPOINT_BYTES);
        _known(org).endpoint = endpoint;
        emit MemberEndpointSet(org, endpoint);
    }

    /// @inheritdoc IMemberRegistry
    function setAccount(OrgId org, address account) external onlyForOrg(org) {
        Member storage record = _known(org);
        OrgId owner = _orgOfAccount[account];
        // The account must say itself whom it speaks for: else one member could claim another's attestations.
        if (
            account.code.length == 0 || (!owner.isZero() && owner != org) || IOrgAccount(account).org() != org
                || address(IOrgAccount(account).registry()) != address(this)
        ) revert AccountRefused(org, account);
        address previous = record.account;
        _orgOfAccount[previous] = OrgId.wrap(bytes32(0));
        _orgOfAccount[account] = org;
        record.account = account;
        emit MemberAccountSet(org, account, previous);
    }

    /// @inheritdoc IMemberRegistry
    function registerKey(OrgId org, KeyId keyId, uint8 purpose, bytes calldata publicKey, uint64 validFrom)
        external
        onlyForOrg(org)
    {
        if (!_known(org).active) revert InactiveMember(org);
        _registerKey(org, keyId, purpose, publicKey, validFrom);
    }

    /// @inheritdoc IMemberRegistry
    function retireKey(KeyId keyId) external onlyForOrg(_orgOf(keyId)) {
        _retireKey(keyId);
    }

    /// @inheritdoc IMemberRegistry
    function declareCompromised(KeyId keyId, uint64 since) external onlyForOrg(_orgOf(keyId)) {
        _declareCompromised(keyId, since);
    }

    /// @inheritdoc IMemberRegistry
    function pause() external onlyRole(PAUSER_ROLE) {
        _pause();
    }

    /// @inheritdoc IMemberRegistry
    function unpause() external onlyRole(PAUSER_ROLE) {
        _unpause();
    }

    /// @inheritdoc IMemberRegistry
    function paused() public view override(IMemberRegistry, Pausable) returns (bool) {
        return super.paused();
    }

    /// @inheritdoc IMemberRegistry
    function member(OrgId org) external view returns (Member memory) {
        return _known(org);
    }

    /// @inheritdoc IMemberRegistry
    function memberCount() external view returns (uint256) {
        return _order.length;
    }

    /// @inheritdoc IMemberRegistry
    function memberAt(uint256 index) external view returns (OrgId) {
        return _order[index];
    }

    /// @inheritdoc IMemberRegistry
    function isActive(OrgId org) external view returns (bool) {
        return _members[org].active;
    }

    /// @inheritdoc IMemberRegistry
    function hasRoles(OrgId org, uint256 roles) external view returns (bool) {
        Member storage record = _members[org];
        return record.active && record.roles & roles == roles;
    }

    /// @inheritdoc IMemberRegistry
    function orgOfAccount(address account) external view returns (OrgId) {
        return _orgOfAccount[account];
    }

    /// @inheritdoc IMemberRegistry
    function accountOf(OrgId org) external view returns (address) {
        return _members[org].account;
    }

    /// @inheritdoc IMemberRegistry
    function isAnchorKey(OrgId org, address holder, uint64 time) external view returns (bool) {
        return isKeyActive(addressKey(holder), org, Purpose.ANCHOR, time);
    }

    /// @inheritdoc IMemberRegistry
    function isAttestKey(OrgId org, address holder, uint64 time) external view returns (bool) {
        return isKeyActive(addressKey(holder), org, Purpose.ATTEST, time);
    }

    function _known(OrgId org) private view returns (Member storage record) {
        record = _members[org];
        if (record.org.isZero()) revert UnknownMember(org);
    }

    function _checkText(string calldata text, uint256 most) private pure {
        if (bytes(text).length > most) revert TextLength(bytes(text).length, most);
    }

    function _checkRoles(uint256 roles) private pure {
        if (roles & ~Roles.ALL != 0) revert UnknownRoles(roles);
    }
}
