// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IAccreditationRegistry, Term} from "./interfaces/IAccreditationRegistry.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {OrgId} from "./types/OrgId.sol";
import {Roles} from "./types/Roles.sol";

/// @title AccreditationRegistry
/// @notice Terms per body and scope, and one cut-off per body that only ever moves earlier
contract AccreditationRegistry is IAccreditationRegistry, AccessControlDefaultAdminRules {
    /// @notice Grants, withdraws and bars
    bytes32 public constant ACCREDITOR_ROLE = keccak256("credence/role/accreditor");

    uint256 private constant MOST_SCOPES = 32;
    uint64 private constant LONGEST_TERM = 5 * 365 days;

    /// @inheritdoc IAccreditationRegistry
    IMemberRegistry public immutable registry;

    mapping(OrgId body => mapping(bytes32 scope => Term)) private _terms;
    /// @inheritdoc IAccreditationRegistry
    mapping(OrgId body => uint64) public barredSince;

    /// @param adminDelay seconds between the first and the second step of a change of admin
    /// @param admin grants and takes the accreditor's role, nothing else
    /// @param accreditor first holder of the accreditor's role
    constructor(IMemberRegistry registry_, uint48 adminDelay, address admin, address accreditor)
        AccessControlDefaultAdminRules(adminDelay, admin)
    {
        if (address(registry_).code.length == 0) revert RegistryMissing(address(registry_));
        registry = registry_;
        _grantRole(ACCREDITOR_ROLE, accreditor);
    }

    /// @inheritdoc IAccreditationRegistry
    function grant(OrgId body, bytes32[] calldata scopes, uint64 until) external onlyRole(ACCREDITOR_ROLE) {
        if (!registry.hasRoles(body, Roles.ACCREDITED_BODY)) revert NotAccreditedBody(body);
        if (barredSince[body] != 0) revert BarredBody(body, barredSince[body]);
        uint64 latest = uint64(block.timestamp) + LONGEST_TERM;
        if (until <= block.timestamp || until > latest) revert ExpiryRefused(until, latest);
        if (scopes.length == 0 || scopes.length > MOST_SCOPES) revert ScopesRefused(scopes.length, MOST_SCOPES);
        for (uint256 i = 0; i < scopes.length; ++i) {
            if (scopes[i] == bytes32(0)) revert ScopesRefused(scopes.length, MOST_SCOPES);
            Term storage present = _terms[body][scopes[i]];
            if (!_runs(present, uint64(block.timestamp))) present.from = uint64(block.timestamp);
            present.until = until;
            emit AccreditationGranted(body, scopes[i], present.from, until);
        }
    }

    /// @inheritdoc IAccreditationRegistry
    function withdraw(OrgId body, bytes32 scope) external onlyRole(ACCREDITOR_ROLE) {
        Term storage present = _terms[body][scope];
        if (!_runs(present, uint64(block.timestamp))) revert NoTerm(body, scope);
        present.until = uint64(block.timestamp);
        emit AccreditationWithdrawn(body, scope, present.until);
    }

    /// @inheritdoc IAccreditationRegistry
    function bar(OrgId body, uint64 since) external onlyRole(ACCREDITOR_ROLE) {
        uint64 declared = barredSince[body];
        // Only ever earlier, like a key's: what fell must not stand up again.
        if (since == 0 || since > block.timestamp || (declared != 0 && since >= declared)) {
            revert BarRefused(body, declared, since, uint64(block.timestamp));
        }
        barredSince[body] = since;
        emit BodyBarred(body, since);
    }

    /// @inheritdoc IAccreditationRegistry
    function isAccredited(OrgId body, bytes32 scope, uint64 time) external view returns (bool) {
        uint64 cutOff = barredSince[body];
        return _runs(_terms[body][scope], time) && (cutOff == 0 || time < cutOff)
            && registry.hasRoles(body, Roles.ACCREDITED_BODY);
    }

    /// @inheritdoc IAccreditationRegistry
    function term(OrgId body, bytes32 scope) external view returns (Term memory) {
        return _terms[body][scope];
    }

    function _runs(Term storage present, uint64 time) private view returns (bool) {
        return present.from <= time && time < present.until;
    }
}
