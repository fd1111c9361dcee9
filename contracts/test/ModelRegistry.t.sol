// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IModelRegistry, ModelRound} from "../src/interfaces/IModelRegistry.sol";
import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {ModelRegistry} from "../src/ModelRegistry.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Fixture} from "./support/Fixture.sol";

contract ModelRegistryTest is Fixture {
    bytes32 private constant RUN = keccak256("a plan");
    bytes32 private constant CODE = keccak256("client code");
    ModelRegistry private models;

    function setUp() public override {
        super.setUp();
        models = new ModelRegistry(registry, 2 days, ADMIN);
        vm.prank(ADMIN);
        models.setSteward(scorer, true);
    }

    function round(uint64 number) private pure returns (ModelRound memory) {
        return ModelRound({
            number: number,
            committeeSize: 4,
            contributors: 3,
            weight: 1_000,
            epsilonMicro: 0,
            record: keccak256(abi.encode("record", number)),
            previous: number == 1 ? bytes32(0) : keccak256(abi.encode("record", number - 1)),
            modelBefore: keccak256(abi.encode("model", number - 1)),
            modelAfter: keccak256(abi.encode("model", number)),
            committee: keccak256("committee"),
            code: CODE
        });
    }

    function record(ModelRound memory one) private returns (bool) {
        vm.prank(SCORER_ANCHOR);
        return models.record(RUN, scorer, one);
    }

    function refuse(ModelRound memory one, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(SCORER_ANCHOR);
        models.record(RUN, scorer, one);
    }

    function testRoundsFollowOneAnotherAndStay() external {
        for (uint64 number = 1; number <= 5; ++number) {
            require(record(round(number)), "not recorded");
        }
        vm.assertEq(models.runOf(RUN).rounds, 5, "rounds");
        require(models.recordAt(RUN, 2) == round(2).record && models.recordAt(RUN, 6) == bytes32(0), "records");
        require(models.runOf(RUN).model == round(5).modelAfter && models.runOf(RUN).steward == scorer, "run");
    }

    function testARetryChangesNothingAndNeedsNoRight() external {
        record(round(1));
        vm.prank(STRANGER);
        require(!models.record(RUN, scorer, round(1)), "recorded twice");
        vm.assertEq(models.runOf(RUN).rounds, 1, "rounds");
    }

    function testNoRoundIsLeftOutRepeatedOrExchanged() external {
        record(round(1));
        refuse(round(3), abi.encodeWithSelector(IModelRegistry.RoundOutOfOrder.selector, RUN, 1, 3));
        ModelRound memory other = round(1);
        other.record = keccak256("another story");
        refuse(other, abi.encodeWithSelector(IModelRegistry.RoundOutOfOrder.selector, RUN, 1, 1));
    }

    function testARoundStartsWhereTheOneBeforeEnded() external {
        record(round(1));
        bytes4 broken = IModelRegistry.BrokenChain.selector;
        ModelRound memory one = round(2);
        one.previous = bytes32(uint256(1));
        refuse(one, abi.encodeWithSelector(broken, RUN, 2, round(1).record, one.previous));
        one = round(2);
        one.modelBefore = bytes32(uint256(1));
        refuse(one, abi.encodeWithSelector(broken, RUN, 2, round(1).modelAfter, one.modelBefore));
        one = round(2);
        one.code = bytes32(uint256(1));
        refuse(one, abi.encodeWithSelector(broken, RUN, 2, CODE, one.code));
    }

    function testFewerThanThreeContributorsAreRefused(uint32 contributors, uint32 size, uint128 weight) external {
        ModelRound memory one = round(1);
        (one.contributors, one.committeeSize, one.weight) = (contributors, size, weight);
        if (contributors < 3 || contributors > size || weight == 0) {
            refuse(one, abi.encodeWithSelector(IModelRegistry.RoundRefused.selector, RUN, 1));
        } else {
            require(record(one), "not recorded");
        }
    }

    function testAnEmptyRecordIsRefused() external {
        ModelRound memory one = round(1);
        one.record = bytes32(0);
        refuse(one, abi.encodeWithSelector(IModelRegistry.RoundRefused.selector, RUN, 1));
    }

    function testOnlyAStewardRecordsAndOnlyItsOwnRuns() external {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotSteward.selector, RUN, other));
        vm.prank(OTHER_ANCHOR);
        models.record(RUN, other, round(1));
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotStewardKey.selector, scorer, OTHER_ANCHOR));
        vm.prank(OTHER_ANCHOR);
        models.record(RUN, scorer, round(1));
        record(round(1));
        vm.prank(ADMIN);
        models.setSteward(other, true);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.NotSteward.selector, RUN, other));
        vm.prank(OTHER_ANCHOR);
        models.record(RUN, other, round(2));
    }

    function testASuspendedOrDismissedStewardRecordsNothing() external {
        vm.prank(ENROLLER);
        registry.setActive(scorer, false);
        refuse(round(1), abi.encodeWithSelector(IModelRegistry.NotSteward.selector, RUN, scorer));
        vm.prank(ENROLLER);
        registry.setActive(scorer, true);
        vm.prank(ADMIN);
        models.setSteward(scorer, false);
        refuse(round(1), abi.encodeWithSelector(IModelRegistry.NotSteward.selector, RUN, scorer));
    }

    function testNothingIsRecordedWhileAllIsPaused() external {
        vm.prank(PAUSER);
        registry.pause();
        refuse(round(1), abi.encodeWithSelector(IModelRegistry.RecordingPaused.selector));
    }

    function testOnlyTheAdminNamesStewards() external {
        bytes32 role = models.DEFAULT_ADMIN_ROLE();
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, STRANGER, role)
        );
        vm.prank(STRANGER);
        models.setSteward(other, true);
    }

    function testItIsNotDeployedOverNothing() external {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.RegistryMissing.selector, STRANGER));
        new ModelRegistry(IMemberRegistry(STRANGER), 2 days, ADMIN);
    }
}
