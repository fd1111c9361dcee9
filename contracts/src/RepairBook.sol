// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAccreditationRegistry} from "./interfaces/IAccreditationRegistry.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {CoSign, IRepairBook, RepairClaim} from "./interfaces/IRepairBook.sol";
import {OrgId} from "./types/OrgId.sol";
import {Roles} from "./types/Roles.sol";

/// @title RepairBook
/// @notice Keeps claims and co-signs for ever, each with its end; what stood when is answered from these alone
contract RepairBook is IRepairBook, EIP712 {
    bytes32 private constant CO_SIGN_TYPE =
        keccak256("RepairCoSign(bytes32 claim,bytes32 body,bytes32 evidence,uint64 deadline)");
    uint64 private constant LONGEST_REPAIR = 180 days;
    uint256 private constant MOST_OPEN = 16;
    uint256 private constant MOST_CO_SIGNS = 8;

    /// @inheritdoc IRepairBook
    IAccreditationRegistry public immutable accreditations;
    /// @inheritdoc IRepairBook
    IMemberRegistry public immutable registry;
    /// @inheritdoc IRepairBook
    uint32 public immutable claimsPerDay;
    /// @inheritdoc IRepairBook
    uint32 public immutable coSignsPerDay;

    mapping(bytes32 claim => RepairClaim) private _claims;
    mapping(OrgId subject => bytes32[]) private _claimsOf;
    mapping(bytes32 claim => CoSign[]) private _coSigns;
    mapping(OrgId org => mapping(uint256 day => uint32)) private _opened;
    mapping(OrgId body => mapping(uint256 day => uint32)) private _coSigned;

    modifier whileRunning() {
        if (registry.paused()) revert RepairsPaused();
        _;
    }

    constructor(IAccreditationRegistry accreditations_, uint32 claimsPerDay_, uint32 coSignsPerDay_)
        EIP712("Credence RepairBook", "1")
    {
        if (address(accreditations_).code.length == 0 || claimsPerDay_ == 0 || coSignsPerDay_ == 0) {
            revert RepairMisconfigured(address(accreditations_), claimsPerDay_, coSignsPerDay_);
        }
        accreditations = accreditations_;
        // The accreditations' own registry, so that bodies and suppliers can never be judged by two different ones.
        registry = accreditations_.registry();
        (claimsPerDay, coSignsPerDay) = (claimsPerDay_, coSignsPerDay_);
    }

    /// @inheritdoc IRepairBook
    function open(bytes32 document, bytes32 scope, uint64 until) external whileRunning returns (bytes32 claim) {
        OrgId subject = registry.orgOfAccount(msg.sender);
        if (!registry.hasRoles(subject, Roles.SUPPLIER)) revert NotSupplierAccount(subject, msg.sender);
        if (document == bytes32(0) || scope == bytes32(0)) revert RepairClaimRefused(document, scope);
        uint64 latest = uint64(block.timestamp) + LONGEST_REPAIR;
        if (until <= block.timestamp || until > latest) revert DeadlineRefused(until, latest);
        claim = claimId(subject, document, scope);
        if (_claims[claim].openedAt != 0) revert AlreadyOpened(claim);
        bytes32[] storage others = _claimsOf[subject];
        // While the one that many claims ago is over, all open ones are among the newest: that bounds every loop.
        if (others.length >= MOST_OPEN && _runs(_claims[others[others.length - MOST_OPEN]], uint64(block.timestamp))) {
            revert TooManyOpen(subject, MOST_OPEN);
        }
        _spend(_opened[subject], subject, claimsPerDay);
        others.push(claim);
        _claims[claim] = RepairClaim(subject, document, scope, uint64(block.timestamp), until, 0);
        emit RepairOpened(claim, subject, document, scope, until);
    }

    /// @inheritdoc IRepairBook
    function withdraw(bytes32 claim) external {
        RepairClaim storage record = _known(claim);
        if (registry.orgOfAccount(msg.sender) != record.subject) revert NotSubject(claim, msg.sender);
        if (record.withdrawnAt != 0) revert ClaimOver(claim, record.withdrawnAt);
        record.withdrawnAt = uint64(block.timestamp);
        emit RepairWithdrawn(claim, record.subject);
    }

    /// @inheritdoc IRepairBook
    function coSign(bytes32 claim, OrgId body, bytes32 evidence, uint64 deadline, bytes calldata signature)
        external
        whileRunning
    {
        _checkCoSigner(claim, body);
        if (deadline < block.timestamp) revert SignatureExpired(deadline, uint64(block.timestamp));
        address account = registry.accountOf(body);
        bytes32 digest = coSignDigest(claim, body, evidence, deadline);
        // Contracts only: registered accounts are, and a bare key would not rotate.
        if (!SignatureChecker.isValidERC1271SignatureNow(account, digest, signature)) {
            revert SignatureRefused(body, account);
        }
        _spend(_coSigned[body], body, coSignsPerDay);
        _coSigns[claim].push(CoSign(body, evidence, uint64(block.timestamp), 0));
        emit RepairCoSigned(claim, body, evidence);
    }

    /// @inheritdoc IRepairBook
    function revokeCoSign(bytes32 claim) external {
        OrgId body = registry.orgOfAccount(msg.sender);
        CoSign[] storage given = _coSigns[claim];
        for (uint256 i = 0; i < given.length; ++i) {
            if (given[i].body == body && given[i].revokedAt == 0) {
                given[i].revokedAt = uint64(block.timestamp);
                emit CoSignRevoked(claim, body);
                return;
            }
        }
        revert NoCoSign(claim, body);
    }

    /// @inheritdoc IRepairBook
    function isCosigned(bytes32 claim, uint64 time) public view returns (bool) {
        if (_over(_claims[claim].withdrawnAt, time)) return false;
        CoSign[] storage given = _coSigns[claim];
        for (uint256 i = 0; i < given.length; ++i) {
            if (
                given[i].signedAt <= time && !_over(given[i].revokedAt, time)
                    && !_over(accreditations.barredSince(given[i].body), time)
            ) return true;
        }
        return false;
    }

    /// @inheritdoc IRepairBook
    function inRepair(OrgId subject, uint64 time) external view returns (bool) {
        bytes32[] storage ids = _claimsOf[subject];
        uint256 first = ids.length > MOST_OPEN ? ids.length - MOST_OPEN : 0;
        for (uint256 i = ids.length; i > first; --i) {
            if (_runs(_claims[ids[i - 1]], time) && isCosigned(ids[i - 1], time)) return true;
        }
        return false;
    }

    /// @inheritdoc IRepairBook
    function coSignDigest(bytes32 claim, OrgId body, bytes32 evidence, uint64 deadline)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(CO_SIGN_TYPE, claim, body, evidence, deadline)));
    }

    /// @inheritdoc IRepairBook
    function claimId(OrgId subject, bytes32 document, bytes32 scope) public pure returns (bytes32) {
        return keccak256(abi.encode(subject, document, scope));
    }

    /// @inheritdoc IRepairBook
    function repairClaim(bytes32 claim) external view returns (RepairClaim memory) {
        return _known(claim);
    }

    /// @inheritdoc IRepairBook
    function coSigns(bytes32 claim) external view returns (CoSign[] memory) {
        return _coSigns[claim];
    }

    /// @inheritdoc IRepairBook
    function claimCount(OrgId subject) external view returns (uint256) {
        return _claimsOf[subject].length;
    }

    /// @inheritdoc IRepairBook
    function claimAt(OrgId subject, uint256 index) external view returns (bytes32 claim) {
        return _claimsOf[subject][index];
    }

    function _checkCoSigner(bytes32 claim, OrgId body) private view {
        RepairClaim storage record = _known(claim);
        if (!_runs(record, uint64(block.timestamp))) {
            revert ClaimOver(claim, record.withdrawnAt != 0 ? record.withdrawnAt : record.until);
        }
        if (body == record.subject) revert OwnClaim(claim, body);
        if (!accreditations.isAccredited(body, record.scope, uint64(block.timestamp))) {
            revert NotAccredited(body, record.scope, uint64(block.timestamp));
        }
        CoSign[] storage given = _coSigns[claim];
        bool refused = given.length >= MOST_CO_SIGNS;
        // Once per body, so that a signature that was taken back cannot be brought again.
        for (uint256 i = 0; i < given.length; ++i) {
            refused = refused || given[i].body == body;
        }
        if (refused) revert CoSignRefused(claim, body, given.length);
    }

    function _spend(mapping(uint256 day => uint32) storage spent, OrgId org, uint32 limit) private {
        uint256 day = block.timestamp / 1 days;
        if (spent[day] >= limit) revert DailyLimit(org, day, limit);
        spent[day] += 1;
    }

    function _known(bytes32 claim) private view returns (RepairClaim storage record) {
        record = _claims[claim];
        if (record.openedAt == 0) revert UnknownClaim(claim);
    }

    function _runs(RepairClaim storage record, uint64 time) private view returns (bool) {
        return record.openedAt <= time && time < record.until && !_over(record.withdrawnAt, time);
    }

    /// @dev Whether an end was set, and reached by `time`.
    function _over(uint64 end, uint64 time) private pure returns (bool) {
        return end != 0 && end <= time;
    }
}
