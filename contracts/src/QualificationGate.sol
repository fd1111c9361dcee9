// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CapabilityMonth, ICapabilityResolver} from "./interfaces/ICapabilityResolver.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {CreditStanding, IPolicyCreditResolver} from "./interfaces/IPolicyCreditResolver.sol";
import {Cause, GateRule, GateState, IQualificationGate, Reason} from "./interfaces/IQualificationGate.sol";
import {IRepairBook} from "./interfaces/IRepairBook.sol";
import {Findings, GateRules} from "./libraries/GateRules.sol";
import {Months} from "./libraries/Months.sol";
import {OrgId} from "./types/OrgId.sol";
import {Roles} from "./types/Roles.sol";

/// @title QualificationGate
/// @notice Keeps the purchasers' rules and nothing else: a state is never stored, so it can never be stale
contract QualificationGate is IQualificationGate {
    using GateRules for Findings;

    uint256 private constant MOST_CHARACTERISTICS = 32;
    uint32 private constant MOST_POINTS = 100_000_000;
    uint8 private constant MOST_GRACE_DAYS = 28;
    uint256 private constant MOST_NAME_BYTES = 64;

    /// @inheritdoc IQualificationGate
    IPolicyCreditResolver public immutable credits;
    /// @inheritdoc IQualificationGate
    ICapabilityResolver public immutable capabilities;
    /// @inheritdoc IQualificationGate
    IRepairBook public immutable repairs;
    /// @inheritdoc IQualificationGate
    IMemberRegistry public immutable registry;

    mapping(OrgId purchaser => mapping(OrgId subject => GateRule)) private _rules;

    constructor(IPolicyCreditResolver credits_, ICapabilityResolver capabilities_, IRepairBook repairs_) {
        address[3] memory parts = [address(credits_), address(capabilities_), address(repairs_)];
        bool fits = parts[0].code.length != 0 && parts[1].code.length != 0 && parts[2].code.length != 0;
        IMemberRegistry members = fits ? credits_.registry() : IMemberRegistry(address(0));
        fits = fits && address(capabilities_.registry()) == address(members)
            && address(repairs_.registry()) == address(members);
        if (!fits) revert GateMisconfigured(parts[0], parts[1], parts[2]);
        (credits, capabilities, repairs, registry) = (credits_, capabilities_, repairs_, members);
    }

    /// @inheritdoc IQualificationGate
    function setRule(OrgId subject, GateRule calldata rule) external {
        OrgId purchaser = _purchaser();
        uint256 count = rule.characteristics.length;
        uint256 nameLength = bytes(rule.policyName).length;
        bool scored = rule.floor != 0 && rule.floor <= MOST_POINTS && rule.attesters != 0 && nameLength != 0
            && nameLength <= MOST_NAME_BYTES;
        bool unscored = rule.floor == 0 && rule.attesters == 0 && nameLength == 0 && count != 0;
        if ((!scored && !unscored) || count > MOST_CHARACTERISTICS || rule.graceDays > MOST_GRACE_DAYS) {
            revert RuleRefused(count, rule.floor, rule.attesters, rule.graceDays, rule.policyName);
        }
        bytes32 last = bytes32(0);
        for (uint256 i = 0; i < count; ++i) {
            // In order, and so none twice.
            if (rule.characteristics[i] <= last) revert CharacteristicsRefused(i, rule.characteristics[i]);
            last = rule.characteristics[i];
        }
        _rules[purchaser][subject] = rule;
        emit RuleSet(purchaser, subject, rule);
    }

    /// @inheritdoc IQualificationGate
    function clearRule(OrgId subject) external {
        OrgId purchaser = _purchaser();
        if (!_isSet(_rules[purchaser][subject])) revert NoRule(purchaser, subject);
        delete _rules[purchaser][subject];
        emit RuleCleared(purchaser, subject);
    }

    /// @inheritdoc IQualificationGate
    function state(OrgId purchaser, OrgId subject, uint64 time)
        external
        view
        returns (GateState state_, Reason[] memory reasons)
    {
        if (!_isSet(_rules[purchaser][subject])) return (GateState.None, reasons);
        GateRule memory rule = _rules[purchaser][subject];
        Findings memory findings = GateRules.begin(rule.characteristics.length);
        if (!registry.hasRoles(subject, Roles.SUPPLIER)) {
            findings.add(Reason(Cause.SubjectInactive, true, 0, 0, 0));
            return findings.conclude(false);
        }
        _judgeMonths(findings, rule, subject, time);
        if (rule.floor != 0) findings.judgeScore(rule, _score(rule, subject, time));
        return findings.conclude(repairs.inRepair(subject, time));
    }

    /// @inheritdoc IQualificationGate
    function ruleOf(OrgId purchaser, OrgId subject) external view returns (GateRule memory) {
        return _rules[purchaser][subject];
    }

    function _judgeMonths(Findings memory findings, GateRule memory rule, OrgId subject, uint64 time) private view {
        (uint32 running, uint256 daysOver) = Months.split(time);
        for (uint256 i = 0; i < rule.characteristics.length; ++i) {
            CapabilityMonth[] memory months = capabilities.monthsBack(
                subject, rule.characteristics[i], running, GateRules.MONTHS_READ, rule.scorer
            );
            findings.judgeCapability(rule, rule.characteristics[i], months, running, daysOver);
        }
    }

    /// @dev Nothing when no policy of the name counts: a score of yesterday's policy opens no gate.
    function _score(GateRule memory rule, OrgId subject, uint64 time)
        private
        view
        returns (CreditStanding memory score)
    {
        bytes32 policy = credits.policies().currentAt(rule.policyName, time);
        if (policy != bytes32(0)) score = credits.standing(subject, policy, time);
    }

    function _purchaser() private view returns (OrgId purchaser) {
        purchaser = registry.orgOfAccount(msg.sender);
        if (!registry.hasRoles(purchaser, Roles.PURCHASER)) revert NotPurchaser(purchaser, msg.sender);
    }

    function _isSet(GateRule storage rule) private view returns (bool) {
        return rule.floor != 0 || rule.characteristics.length != 0;
    }
}
