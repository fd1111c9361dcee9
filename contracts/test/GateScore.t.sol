// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cause, GateRule, GateState} from "../src/interfaces/IQualificationGate.sol";
import {CreditClaim} from "../src/types/CreditClaim.sol";
import {AttestationRequestData} from "./support/Eas.sol";
import {GateFixture} from "./support/GateFixture.sol";

contract GateScoreTest is GateFixture {
    uint32 private constant FLOOR = 78_000_000;

    function setUp() public override {
        super.setUp();
        adopt(document(POLICY, 1));
        schema = credits.schemaUid();
        setRule(floorRule(1));
    }

    function floorRule(uint8 attesters) private pure returns (GateRule memory given) {
        (given.floor, given.attesters, given.policyName) = (FLOOR, attesters, POLICY_NAME);
    }

    function scored(uint32 low) private view returns (AttestationRequestData memory) {
        CreditClaim memory claim = goodClaim();
        (claim.policy, claim.low) = (POLICY, low);
        return requestFor(claim);
    }

    function testTheLowerEndDecides() external {
        attest(scored(FLOOR));
        vm.assertEq(expect(GateState.Open).length, 0, "reasons");
        vm.warp(block.timestamp + 1);
        attest(scored(FLOOR - 1));
        only(expect(GateState.Frozen), Cause.ScoreLow, true, 0, int64(uint64(FLOOR - 1)));
    }

    function testAMissingAnExpiredAndARevokedScoreFreeze() external {
        only(expect(GateState.Frozen), Cause.ScoreMissing, true, 0, 0);
        bytes32 uid = attest(scored(FLOOR));
        expectAt(uint64(block.timestamp + 90 days - 1), GateState.Open);
        only(expectAt(uint64(block.timestamp + 90 days), GateState.Frozen), Cause.ScoreMissing, true, 0, 0);
        revoke(uid);
        only(expect(GateState.Frozen), Cause.ScoreMissing, true, 0, 0);
    }

    function testNotRatedFreezes() external {
        CreditClaim memory claim = goodClaim();
        (claim.policy, claim.state, claim.low, claim.points, claim.high) = (POLICY, 1, 0, 0, 0);
        attest(requestFor(claim));
        only(expect(GateState.Frozen), Cause.ScoreNotRated, true, 0, 0);
    }

    function testTooFewAttestersFreeze() external {
        setRule(floorRule(2));
        attest(scored(FLOOR));
        only(expect(GateState.Frozen), Cause.ScoreUnconfirmed, true, 0, 1);
        attestAs(secondAccount, SECOND_SECRET, scored(FLOOR));
        expect(GateState.Open);
    }

    function testAScoreUnderYesterdaysPolicyOpensNothing() external {
        attest(scored(FLOOR));
        adopt(document(keccak256("the next policy"), 2));
        only(expect(GateState.Frozen), Cause.ScoreMissing, true, 0, 0);
    }

    function testAScoreUnderThePolicyOfTheFirstResolverOpensNothing() external {
        schema = resolver.schemaUid();
        attest(scored(FLOOR));
        only(expect(GateState.Frozen), Cause.ScoreMissing, true, 0, 0);
    }

    function testMonthsAndScoreMustBothHold() external {
        attest(scored(FLOOR));
        GateRule memory given = floorRule(1);
        given.characteristics = new bytes32[](1);
        given.characteristics[0] = CHARACTERISTIC;
        setRule(given);
        expect(GateState.Open);
        restate(running - 1, LIMIT - 1, LIMIT);
        only(expect(GateState.Frozen), Cause.CapabilityLow, true, running - 1, LIMIT - 1);
        restate(running - 1, LIMIT, LIMIT);
        vm.warp(block.timestamp + 1);
        attest(scored(FLOOR - 1));
        only(expect(GateState.Frozen), Cause.ScoreLow, true, 0, int64(uint64(FLOOR - 1)));
    }
}
