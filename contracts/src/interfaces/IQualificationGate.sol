// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OrgId} from "../types/OrgId.sol";
import {ICapabilityResolver} from "./ICapabilityResolver.sol";
import {IMemberRegistry} from "./IMemberRegistry.sol";
import {IPolicyCreditResolver} from "./IPolicyCreditResolver.sol";
import {IRepairBook} from "./IRepairBook.sol";

/// @notice How months of capability decide; both look at the last twelve that are over, and at Cpk 1.67
/// @dev `Point`, the default: frozen when any month is missing or its Cpk is below. `Bound`: frozen only when the 95 %
///      upper bound of a month is below; a month that is missing, or below without being surely so, is watched.
enum CapabilityRule {
    Point,
    Bound
}

/// @notice What a purchaser asks of one supplier
struct GateRule {
    CapabilityRule rule;
    uint8 graceDays; // days into a month in which a missing newest month is awaited instead of failed; 0 to 28
    uint8 attesters; // owners that must agree on the score; 0 only without a floor
    uint32 floor; // micro-points that the lower end of the score's interval must reach; 0 asks for no score
    OrgId scorer; // whose months count; zero for whoever attested last
    string policyName; // under whose present policy the score counts; empty only without a floor
    bytes32[] characteristics; // key characteristics, in ascending order, at most 32
}

/// @notice Where a supplier stands with a purchaser; `None` when the purchaser set no rule
enum GateState {
    None,
    Open,
    Watch,
    Frozen,
    InRepair
}

/// @notice Why
enum Cause {
    SubjectInactive, // no active supplier
    CapabilityMissing, // nobody attested the month
    CapabilityLow, // Cpk, or under `Bound` its upper bound, below 1.67: `value`
    CapabilityUnsure, // only under `Bound`: Cpk below 1.67, upper bound not: `value` is the Cpk
    MonthAwaited, // the newest month is missing, within its days of grace
    RunningMonthLow, // the month that is not over yet is below 1.67 so far: `value`
    ScoreMissing, // no live score under the present policy of the name
    ScoreUnconfirmed, // `value` owners agree on the newest score, which are too few
    ScoreNotRated, // the newest score says: not rated
    ScoreLow, // its lower end is below the floor: `value`
    RepairRuns // an accredited body co-signed a running repair
}

/// @notice One reason; `characteristic` and `month` are zero where they mean nothing, `value` is in millionths
struct Reason {
    Cause cause;
    bool freezes;
    bytes32 characteristic;
    uint32 month;
    int64 value;
}

/// @title IQualificationGate
/// @notice Whether a supplier is qualified with a purchaser: computed when read, so nobody freezes or thaws anyone
/// @dev Asked for a moment, it judges what the chain holds now by the calendar of that moment. What was known
///      at an earlier one is asked at an earlier block.
interface IQualificationGate {
    /// @notice A purchaser sets or replaces its rule for a supplier
    event RuleSet(OrgId indexed purchaser, OrgId indexed subject, GateRule rule);
    /// @notice A purchaser asks nothing of a supplier any more
    event RuleCleared(OrgId indexed purchaser, OrgId indexed subject);

    /// @notice Thrown when the caller is no account contract of an active member with the purchaser role
    error NotPurchaser(OrgId org, address caller);
    /// @notice Thrown when the rule asks for nothing, or floor, policy and attesters do not go together
    error RuleRefused(uint256 characteristics, uint32 floor, uint8 attesters, uint8 graceDays, string policyName);
    /// @notice Thrown when characteristics are not in ascending order, or zero
    error CharacteristicsRefused(uint256 index, bytes32 characteristic);
    /// @notice Thrown when there is no rule to clear
    error NoRule(OrgId purchaser, OrgId subject);
    /// @notice Thrown when a contract has no code, or they do not share one registry of members
    error GateMisconfigured(address credits, address capabilities, address repairs);

    /// @notice Ask this of a supplier from now on; only from the account of an active purchaser
    function setRule(OrgId subject, GateRule calldata rule) external;

    /// @notice Ask nothing of a supplier any more; only from the account of an active purchaser
    function clearRule(OrgId subject) external;

    /// @notice Where a supplier stands with a purchaser at `time`, and every reason that is not "all is well"
    function state(OrgId purchaser, OrgId subject, uint64 time)
        external
        view
        returns (GateState state_, Reason[] memory reasons);

    /// @notice What a purchaser asks of a supplier; without characteristics and floor when nothing
    function ruleOf(OrgId purchaser, OrgId subject) external view returns (GateRule memory);

    /// @notice Where scores are attested
    function credits() external view returns (IPolicyCreditResolver);

    /// @notice Where months of capability are attested
    function capabilities() external view returns (ICapabilityResolver);

    /// @notice Where repairs are co-signed
    function repairs() external view returns (IRepairBook);

    /// @notice The registry of members
    function registry() external view returns (IMemberRegistry);
}
