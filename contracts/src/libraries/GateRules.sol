// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CapabilityMonth} from "../interfaces/ICapabilityResolver.sol";
import {CreditStanding} from "../interfaces/IPolicyCreditResolver.sol";
import {CapabilityRule, Cause, GateRule, GateState, Reason} from "../interfaces/IQualificationGate.sol";

/// @notice Reasons while they are gathered; only the first `count` of the list are meant
struct Findings {
    Reason[] list;
    uint256 count;
    bool frozen;
    bool watched;
}

/// @title GateRules
/// @notice What months and scores mean for a rule; pure, so that it can be checked against any other reckoning
library GateRules {
    using GateRules for Findings;

    int64 internal constant LIMIT = 1_670_000; // Cpk 1.67
    uint256 internal constant WINDOW = 12;
    /// @dev The running month, the window, and one month more for a newest one that is awaited.
    uint256 internal constant MONTHS_READ = 1 + WINDOW + 1;

    /// @notice Room for all reasons that so many characteristics can give
    function begin(uint256 characteristics) internal pure returns (Findings memory findings) {
        findings.list = new Reason[](characteristics * MONTHS_READ + 2);
    }

    /// @notice Judge one characteristic
    /// @param months the running month, then `MONTHS_READ - 1` months back
    /// @param running the number of the running month
    /// @param daysOver whole days of it that are over
    function judgeCapability(
        Findings memory findings,
        GateRule memory rule,
        bytes32 characteristic,
        CapabilityMonth[] memory months,
        uint32 running,
        uint256 daysOver
    ) internal pure {
        if (months[0].n != 0 && months[0].cpkMicro < LIMIT) {
            findings.add(Reason(Cause.RunningMonthLow, false, characteristic, running, months[0].cpkMicro));
        }
        uint256 first = 1;
        if (months[1].n == 0 && daysOver < rule.graceDays) {
            findings.add(Reason(Cause.MonthAwaited, false, characteristic, running - 1, 0));
            first = 2;
        }
        for (uint256 i = first; i < first + WINDOW; ++i) {
            findings.judgeMonth(rule.rule, characteristic, months[i], running - uint32(i));
        }
    }

    /// @notice Judge one month that is over
    function judgeMonth(
        Findings memory findings,
        CapabilityRule rule,
        bytes32 characteristic,
        CapabilityMonth memory found,
        uint32 month
    ) internal pure {
        bool strict = rule == CapabilityRule.Point;
        if (found.n == 0) {
            findings.add(Reason(Cause.CapabilityMissing, strict, characteristic, month, 0));
        } else if (strict ? found.cpkMicro < LIMIT : found.upperMicro < LIMIT) {
            int64 value = strict ? found.cpkMicro : found.upperMicro;
            findings.add(Reason(Cause.CapabilityLow, true, characteristic, month, value));
        } else if (found.cpkMicro < LIMIT) {
            findings.add(Reason(Cause.CapabilityUnsure, false, characteristic, month, found.cpkMicro));
        }
    }

    /// @notice Judge the newest score; the lower end of its interval decides
    function judgeScore(Findings memory findings, GateRule memory rule, CreditStanding memory score) internal pure {
        if (score.uid == bytes32(0)) {
            findings.add(Reason(Cause.ScoreMissing, true, 0, 0, 0));
        } else if (score.owners < rule.attesters) {
            findings.add(Reason(Cause.ScoreUnconfirmed, true, 0, 0, int64(uint64(score.owners))));
        } else if (score.state != 0) {
            findings.add(Reason(Cause.ScoreNotRated, true, 0, 0, 0));
        } else if (score.low < rule.floor) {
            findings.add(Reason(Cause.ScoreLow, true, 0, 0, int64(uint64(score.low))));
        }
    }

    /// @notice The state that follows; a repair turns frozen into in repair, and is no reason otherwise
    function conclude(Findings memory findings, bool repairRuns)
        internal
        pure
        returns (GateState state, Reason[] memory reasons)
    {
        state = findings.frozen ? GateState.Frozen : findings.watched ? GateState.Watch : GateState.Open;
        if (findings.frozen && repairRuns) {
            findings.add(Reason(Cause.RepairRuns, false, 0, 0, 0));
            state = GateState.InRepair;
        }
        reasons = new Reason[](findings.count);
        for (uint256 i = 0; i < reasons.length; ++i) {
            reasons[i] = findings.list[i];
        }
    }

    function add(Findings memory findings, Reason memory reason) internal pure {
        findings.list[findings.count++] = reason;
        if (reason.freezes) findings.frozen = true;
        else findings.watched = true;
    }
}
