// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {IPolicyRegistry, PolicyDocument, PolicyRecord} from "../src/interfaces/IPolicyRegistry.sol";
import {PolicyRegistry} from "../src/PolicyRegistry.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {ScoreFixture} from "./support/ScoreFixture.sol";

contract PolicyRegistryTest is ScoreFixture {
    bytes32 private constant LATER = keccak256("a later policy");

    function asTimelock(bytes memory data) private {
        vm.prank(address(timelock));
        (bool ok, bytes memory reason) = address(policies).call(data);
        if (!ok) {
            assembly {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    function adoptNow(PolicyDocument memory given) private returns (bytes32 id) {
        id = submit(given);
        asTimelock(abi.encodeCall(policies.adopt, (id)));
    }

    function testAVoteAdoptsAndAnotherWithdraws() external {
        bytes32 id = submit(document(POLICY, 1));
        require(!policies.isAdopted(POLICY, uint64(block.timestamp)), "adopted when submitted");
        bytes memory data = abi.encodeCall(policies.adopt, (id));
        decideUpToExecution(address(policies), data, "adopt");
        require(!policies.isAdopted(POLICY, uint64(block.timestamp)), "adopted before the timelock acted");
        uint64 from = uint64(block.timestamp);
        vm.expectEmit(address(policies));
        emit IPolicyRegistry.PolicyAdopted(id, POLICY, from, uint64(START + 1 + 2 * 365 days));
        execute(address(policies), data, "adopt");
        require(policies.isAdopted(POLICY, from) && !policies.isAdopted(POLICY, from - 1), "adoption");
        vm.assertEq(policies.current(POLICY_NAME), POLICY, "current");
        decide(address(policies), abi.encodeCall(policies.withdraw, (id)), "withdraw");
        uint64 end = uint64(block.timestamp);
        require(!policies.isAdopted(POLICY, end) && policies.isAdopted(POLICY, end - 1), "withdrawal");
        vm.assertEq(policies.current(POLICY_NAME), 0, "current after withdrawal");
        vm.assertEq(policies.currentAt(POLICY_NAME, end - 1), POLICY, "the past changed");
    }

    function testNobodyButTheTimelockAdoptsOrWithdraws() external {
        bytes32 id = submit(document(POLICY, 1));
        address[5] memory others = [address(this), ADMIN, address(governor), address(scorerAccount), ENROLLER];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IPolicyRegistry.NotGovernance.selector, others[i]);
            vm.prank(others[i]);
            vm.expectRevert(reason);
            policies.adopt(id);
            vm.prank(others[i]);
            vm.expectRevert(reason);
            policies.withdraw(id);
        }
    }

    function testOnlyTheAccountOfAnActiveMemberSubmits() external {
        PolicyDocument memory given = document(POLICY, 1);
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.NotActiveMember.selector, OrgId.wrap(0), address(this)));
        policies.submit(given);
        vm.prank(ENROLLER);
        registry.setActive(scorer, false);
        refuseSubmission(
            given, abi.encodeWithSelector(IPolicyRegistry.NotActiveMember.selector, scorer, address(scorerAccount))
        );
    }

    function testADocumentIsKnownByItsContentAndProposerAndKept() external {
        PolicyDocument memory given = document(POLICY, 1);
        bytes32 id = submit(given);
        vm.assertEq(id, policies.policyId(given, scorer), "id");
        PolicyRecord memory record = policies.policy(id);
        require(record.proposer == scorer && record.submittedAt == block.timestamp && record.adoptedAt == 0, "record");
        vm.assertEq(keccak256(abi.encode(record.document)), keccak256(abi.encode(given)), "document");
        refuseSubmission(given, abi.encodeWithSelector(IPolicyRegistry.AlreadySubmitted.selector, id));
        // Another's submission of the same hash under other terms takes nobody's place.
        given.uri = "https://elsewhere.example";
        bytes memory call_ = abi.encodeCall(policies.submit, (given));
        act(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(policies), call_);
        vm.assertEq(policies.policyCount(), 2, "count");
        vm.assertEq(policies.policyAt(0), id, "order");
    }

    function testMalformedDocumentsAreRefused() external {
        PolicyDocument memory given = document(0, 1);
        refuseForm(given);
        given = document(POLICY, 0);
        refuseForm(given);
        given = document(POLICY, 1);
        given.name = "";
        refuseForm(given);
        given.name = string(new bytes(65));
        refuseForm(given);
        given = document(POLICY, 1);
        given.uri = "";
        refuseForm(given);
        given.uri = string(new bytes(513));
        refuseForm(given);
        given = document(POLICY, 1);
        given.validUntil = given.validFrom;
        refuseValidity(given);
        given.validFrom = 1;
        given.validUntil = uint64(block.timestamp);
        refuseValidity(given);
    }

    function testALaterVersionEndsTheEarlierAtItsOwnBeginning() external {
        adoptNow(document(POLICY, 1));
        PolicyDocument memory later = document(LATER, 2);
        later.validFrom = uint64(block.timestamp + 10 days);
        bytes32 id = adoptNow(later);
        vm.assertEq(policies.current(POLICY_NAME), POLICY, "ended too early");
        vm.assertEq(policies.currentAt(POLICY_NAME, later.validFrom), LATER, "not superseded");
        require(!policies.isAdopted(POLICY, later.validFrom), "still adopted");
        require(policies.isAdopted(POLICY, later.validFrom - 1), "ended before its successor began");
        // One adopted after that, from now on: the one that waits never begins.
        bytes32 third = keccak256("third");
        adoptNow(document(third, 3));
        vm.assertEq(policies.currentAt(POLICY_NAME, later.validFrom), third, "the newest vote does not win");
        require(!policies.isAdopted(LATER, later.validFrom), "the one that waited still begins");
        vm.assertEq(policies.adoptions(POLICY_NAME).length, 3, "adoptions");
        vm.assertEq(policies.adoptions(POLICY_NAME)[1], id, "order");
    }

    function testOtherNamesAreLeftAlone() external {
        adoptNow(document(POLICY, 1));
        PolicyDocument memory given = document(LATER, 1);
        given.name = "complaint-first-2026";
        adoptNow(given);
        vm.assertEq(policies.current(POLICY_NAME), POLICY, "touched");
        vm.assertEq(policies.current(given.name), LATER, "not current");
    }

    function testAPolicyEndsWithItsValidityAndCanBeAdoptedAgainUnderNewDates() external {
        PolicyDocument memory given = document(POLICY, 1);
        bytes32 id = adoptNow(given);
        vm.warp(given.validUntil);
        vm.assertEq(policies.current(POLICY_NAME), 0, "endless");
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.NotInForce.selector, id, given.validUntil));
        asTimelockExternal(abi.encodeCall(policies.withdraw, (id)));
        vm.warp(block.timestamp + 1 days);
        adoptNow(document(POLICY, 1));
        require(policies.isAdopted(POLICY, uint64(block.timestamp)), "not again");
        require(!policies.isAdopted(POLICY, uint64(block.timestamp - 1)), "the gap is filled");
        require(policies.isAdopted(POLICY, given.validUntil - 1), "the first time is forgotten");
    }

    function testAVersionStandsForOneContent() external {
        bytes32 id = adoptNow(document(POLICY, 1));
        bytes32 other_ = submit(document(LATER, 1));
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.VersionTaken.selector, POLICY_NAME, 1, POLICY));
        asTimelockExternal(abi.encodeCall(policies.adopt, (other_)));
        vm.expectRevert(
            abi.encodeWithSelector(IPolicyRegistry.AlreadyAdopted.selector, id, uint64(block.timestamp))
        );
        asTimelockExternal(abi.encodeCall(policies.adopt, (id)));
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.UnknownPolicy.selector, bytes32("x")));
        asTimelockExternal(abi.encodeCall(policies.adopt, ("x")));
    }

    function testWhatRanOutDuringTheVoteIsNotAdopted() external {
        PolicyDocument memory given = document(POLICY, 1);
        given.validUntil = uint64(block.timestamp + 1 days);
        bytes32 id = submit(given);
        vm.warp(given.validUntil);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPolicyRegistry.ValidityRefused.selector, given.validFrom, given.validUntil, given.validUntil
            )
        );
        asTimelockExternal(abi.encodeCall(policies.adopt, (id)));
    }

    /// @dev Whatever is adopted and withdrawn, at most one policy of a name counts at a time, and the past stays.
    function testFuzzOneOfANameAtATimeAndThePastStays(uint256 seed) external {
        uint64 begin = uint64(block.timestamp);
        uint64 probe = begin;
        for (uint32 step = 1; step <= 8; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            bytes32 past = policies.currentAt(POLICY_NAME, probe);
            PolicyDocument memory given = document(keccak256(abi.encode(step)), step);
            given.validFrom = uint64(block.timestamp + seed % 20 days);
            given.validUntil = uint64(given.validFrom + 1 + (seed >> 32) % 60 days);
            bytes32 id = adoptNow(given);
            if (seed >> 255 == 1) asTimelock(abi.encodeCall(policies.withdraw, (id)));
            vm.assertEq(policies.currentAt(POLICY_NAME, probe), past, "the past changed");
            vm.warp(block.timestamp + 1 + (seed >> 64) % 15 days);
            probe = uint64(block.timestamp - 1);
        }
        for (uint64 time = begin; time < begin + 200 days; time += 5 days) {
            uint256 counting = 0;
            for (uint32 step = 1; step <= 8; ++step) {
                if (policies.isAdopted(keccak256(abi.encode(step)), time)) counting += 1;
            }
            vm.assertEq(counting, policies.currentAt(POLICY_NAME, time) == 0 ? 0 : 1, "several count");
        }
    }

    function testARegistryOnNothingCannotBeMade() external {
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.ContractMissing.selector, STRANGER));
        new PolicyRegistry(IMemberRegistry(STRANGER), address(timelock));
        vm.expectRevert(abi.encodeWithSelector(IPolicyRegistry.ContractMissing.selector, STRANGER));
        new PolicyRegistry(registry, STRANGER);
    }

    /// @dev One call deeper, so that an expected revert is that of the registry.
    function asTimelockExternal(bytes memory data) private {
        this.relay(data);
    }

    function relay(bytes calldata data) external {
        asTimelock(data);
    }

    function refuseForm(PolicyDocument memory given) private {
        bytes memory reason = abi.encodeWithSelector(
            IPolicyRegistry.MalformedPolicy.selector,
            given.policyHash,
            given.version,
            bytes(given.name).length,
            bytes(given.uri).length
        );
        refuseSubmission(given, reason);
    }

    function refuseValidity(PolicyDocument memory given) private {
        bytes memory reason = abi.encodeWithSelector(
            IPolicyRegistry.ValidityRefused.selector, given.validFrom, given.validUntil, uint64(block.timestamp)
        );
        refuseSubmission(given, reason);
    }

    function refuseSubmission(PolicyDocument memory given, bytes memory reason) private {
        bytes memory call_ = abi.encodeCall(policies.submit, (given));
        refuseAct(scorerAccount, SCORER_OPERATOR_SECRET, address(policies), call_, reason);
    }
}
