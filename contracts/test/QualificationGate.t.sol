// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    CapabilityRule,
    Cause,
    GateRule,
    GateState,
    IQualificationGate,
    Reason
} from "../src/interfaces/IQualificationGate.sol";
import {IRepairBook} from "../src/interfaces/IRepairBook.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {AttestationRequest, IEas} from "./support/Eas.sol";
import {GateFixture} from "./support/GateFixture.sol";
import {QualificationGate} from "../src/QualificationGate.sol";

contract QualificationGateTest is GateFixture {
    function setUp() public override {
        super.setUp();
        setRule(rule(CapabilityRule.Point, CHARACTERISTIC));
    }

    function testWithoutARuleThereIsNoState() external {
        (GateState found, Reason[] memory reasons) = gate.state(scorer, supplier, uint64(block.timestamp));
        require(found == GateState.None && reasons.length == 0, "a state");
        act(purchaserAccount, PURCHASER_SECRET, address(gate), abi.encodeCall(gate.clearRule, (supplier)));
        expect(GateState.None);
        refuseAct(
            purchaserAccount,
            PURCHASER_SECRET,
            address(gate),
            abi.encodeCall(gate.clearRule, (supplier)),
            abi.encodeWithSelector(IQualificationGate.NoRule.selector, purchaser, supplier)
        );
    }

    function testTwelveMonthsAtTheLimitAreOpenUntilTheNextMonthEndsUnattested() external {
        vm.assertEq(expect(GateState.Open).length, 0, "reasons");
        uint64 october = 1_790_812_800; // 1 October 2026, 00:00 UTC
        expectAt(october - 1, GateState.Open);
        only(expectAt(october, GateState.Frozen), Cause.CapabilityMissing, true, running, 0);
        // Nobody presses a button: the clock freezes, and the attestation thaws.
        vm.warp(october);
        expect(GateState.Frozen);
        attestMonth(month(CHARACTERISTIC, running, LIMIT, LIMIT));
        expect(GateState.Open);
    }

    function testOneMonthBelowFreezesByThePointRuleAndItsRestatementThaws() external {
        restate(running - 12, LIMIT - 1, LIMIT + 100_000);
        only(expect(GateState.Frozen), Cause.CapabilityLow, true, running - 12, LIMIT - 1);
        restate(running - 12, LIMIT, LIMIT + 100_000);
        expect(GateState.Open);
        restate(running - 13 + 1, LIMIT - 1, LIMIT);
        restate(running - 12, LIMIT, LIMIT);
        expect(GateState.Open);
    }

    function testTheThirteenthMonthBackDoesNotMatter() external {
        attestMonth(month(CHARACTERISTIC, running - 13, -1, 0));
        expect(GateState.Open);
    }

    function testTheBoundRuleFreezesOnlyWhatIsSurelyBelow() external {
        setRule(rule(CapabilityRule.Bound, CHARACTERISTIC));
        restate(running - 3, LIMIT - 1, LIMIT);
        only(expect(GateState.Watch), Cause.CapabilityUnsure, false, running - 3, LIMIT - 1);
        restate(running - 3, LIMIT - 2, LIMIT - 1);
        only(expect(GateState.Frozen), Cause.CapabilityLow, true, running - 3, LIMIT - 1);
        revokeMonth(capabilities.monthOf(supplier, CHARACTERISTIC, running - 3, scorer).uid);
        only(expect(GateState.Watch), Cause.CapabilityMissing, false, running - 3, 0);
    }

    function testARunningMonthBelowIsWatchedUntilItIsOver() external {
        attestMonth(month(CHARACTERISTIC, running, LIMIT - 1, LIMIT - 1));
        only(expect(GateState.Watch), Cause.RunningMonthLow, false, running, LIMIT - 1);
        only(expectAt(1_790_812_800, GateState.Frozen), Cause.CapabilityLow, true, running, LIMIT - 1);
    }

    function testWithinItsDaysOfGraceAMissingNewestMonthIsAwaited() external {
        GateRule memory given = rule(CapabilityRule.Point, CHARACTERISTIC);
        given.graceDays = 5;
        setRule(given);
        uint64 october = 1_790_812_800;
        only(expectAt(october, GateState.Watch), Cause.MonthAwaited, false, running, 0);
        expectAt(october + 5 days - 1, GateState.Watch);
        expectAt(october + 5 days, GateState.Frozen);
        // Awaited is the newest month only, and twelve others must hold.
        expectAt(1_793_491_200, GateState.Frozen); // 1 November
        revokeMonth(capabilities.monthOf(supplier, CHARACTERISTIC, running - 12, scorer).uid);
        expectAt(october, GateState.Frozen);
        attestMonth(month(CHARACTERISTIC, running, LIMIT, LIMIT));
        expectAt(october, GateState.Open);
    }

    function testARuleCanNameWhoseMonthsCount() external {
        GateRule memory given = rule(CapabilityRule.Point, CHARACTERISTIC);
        given.scorer = scorer;
        setRule(given);
        AttestationRequest memory low =
            AttestationRequest(capabilitySchema, month(CHARACTERISTIC, running - 1, 1, 1));
        act(secondAccount, SECOND_SECRET, address(eas), abi.encodeCall(IEas.attest, (low)));
        expect(GateState.Open);
        given.scorer = second;
        setRule(given);
        vm.assertEq(expect(GateState.Frozen).length, 12, "reasons");
        given.scorer = OrgId.wrap(0);
        setRule(given);
        only(expect(GateState.Frozen), Cause.CapabilityLow, true, running - 1, 1);
    }

    function testEveryCharacteristicMustHold() external {
        GateRule memory given = rule(CapabilityRule.Point, CHARACTERISTIC);
        given.characteristics = new bytes32[](2);
        (given.characteristics[0], given.characteristics[1]) = (bytes32(uint256(1)), CHARACTERISTIC);
        setRule(given);
        Reason[] memory reasons = expect(GateState.Frozen);
        vm.assertEq(reasons.length, 12, "reasons");
        require(reasons[11].characteristic == bytes32(uint256(1)) && reasons[11].month == running - 12, "place");
    }

    function testACoSignedRepairTurnsFrozenIntoInRepairAndABarTurnsItBack() external {
        restate(running - 2, 1, 2);
        bytes32 claim = open(DOCUMENT, SCOPE);
        expect(GateState.Frozen);
        coSign(claim);
        Reason[] memory reasons = expect(GateState.InRepair);
        require(reasons.length == 2 && reasons[1].cause == Cause.RepairRuns && reasons[0].freezes, "reasons");
        expectAt(uint64(block.timestamp + 60 days), GateState.Frozen);
        vm.warp(block.timestamp + 1 days);
        bar(uint64(block.timestamp));
        expect(GateState.Frozen);
    }

    function testARepairChangesNothingForWhoIsOpenOrSuspended() external {
        coSign(open(DOCUMENT, SCOPE));
        vm.assertEq(expect(GateState.Open).length, 0, "reasons");
        vm.prank(ENROLLER);
        registry.setActive(supplier, false);
        only(expect(GateState.Frozen), Cause.SubjectInactive, true, 0, 0);
    }

    function testOnlyTheAccountOfAnActivePurchaserSetsItsOwnRules() external {
        GateRule memory given = rule(CapabilityRule.Point, CHARACTERISTIC);
        bytes memory call_ = abi.encodeCall(gate.setRule, (supplier, given));
        bytes memory reason =
            abi.encodeWithSelector(IQualificationGate.NotPurchaser.selector, supplier, address(supplierAccount));
        refuseAct(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(gate), call_, reason);
        reason = abi.encodeWithSelector(IQualificationGate.NotPurchaser.selector, OrgId.wrap(0), address(this));
        vm.expectRevert(reason);
        gate.clearRule(supplier);
        vm.prank(ENROLLER);
        registry.setActive(purchaser, false);
        reason =
            abi.encodeWithSelector(IQualificationGate.NotPurchaser.selector, purchaser, address(purchaserAccount));
        refuseAct(purchaserAccount, PURCHASER_SECRET, address(gate), call_, reason);
        // What it had set stands.
        vm.assertEq(
            keccak256(abi.encode(gate.ruleOf(purchaser, supplier))), keccak256(abi.encode(given)), "rule"
        );
        expect(GateState.Open);
    }

    function testRulesThatAskForNothingOrTooMuchAreRefused() external {
        GateRule memory given;
        refuseRule(given);
        given = rule(CapabilityRule.Point, CHARACTERISTIC);
        given.graceDays = 29;
        refuseRule(given);
        given = rule(CapabilityRule.Point, CHARACTERISTIC);
        given.floor = 1;
        refuseRule(given);
        given.policyName = POLICY_NAME;
        refuseRule(given);
        (given.floor, given.attesters) = (0, 1);
        refuseRule(given);
        given.floor = 100_000_001;
        refuseRule(given);
        given.floor = 100_000_000;
        setRule(given);
        given.characteristics = new bytes32[](33);
        refuseRule(given);
    }

    function testCharacteristicsAreInOrderSoThatNoneCountsTwice() external {
        GateRule memory given = rule(CapabilityRule.Point, 0);
        refuseCharacteristic(given, 0);
        given.characteristics = new bytes32[](2);
        (given.characteristics[0], given.characteristics[1]) = (bytes32("b"), bytes32("b"));
        refuseCharacteristic(given, 1);
        given.characteristics[1] = "a";
        refuseCharacteristic(given, 1);
    }

    function testAGateOnNothingCannotBeMade() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                IQualificationGate.GateMisconfigured.selector, address(credits), address(capabilities), STRANGER
            )
        );
        new QualificationGate(credits, capabilities, IRepairBook(STRANGER));
    }

    function refuseCharacteristic(GateRule memory given, uint256 index) private {
        bytes memory reason = abi.encodeWithSelector(
            IQualificationGate.CharacteristicsRefused.selector, index, given.characteristics[index]
        );
        bytes memory call_ = abi.encodeCall(gate.setRule, (supplier, given));
        refuseAct(purchaserAccount, PURCHASER_SECRET, address(gate), call_, reason);
    }

    function refuseRule(GateRule memory given) private {
        bytes memory reason = abi.encodeWithSelector(
            IQualificationGate.RuleRefused.selector,
            given.characteristics.length,
            given.floor,
            given.attesters,
            given.graceDays,
            given.policyName
        );
        bytes memory call_ = abi.encodeCall(gate.setRule, (supplier, given));
        refuseAct(purchaserAccount, PURCHASER_SECRET, address(gate), call_, reason);
    }
}
