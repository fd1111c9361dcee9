// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MemberGovernor} from "../src/MemberGovernor.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {PolicyRegistry} from "../src/PolicyRegistry.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Parliament} from "./support/Parliament.sol";
import {ScoreFixture} from "./support/ScoreFixture.sol";

/// @dev The runner plays only with contracts of test files.
contract Session is Parliament {
    constructor(address enroller_, MemberRegistry registry_, MemberGovernor governor_, PolicyRegistry policies_)
        Parliament(enroller_, registry_, governor_, policies_)
    {}
}

/// @title GovernanceInvariantTest
/// @notice No vote without membership, no adoption without vote and timelock, whatever anybody does in whatever order
contract GovernanceInvariantTest is ScoreFixture {
    Session private parliament;

    function setUp() public override {
        super.setUp();
        parliament = new Session(ENROLLER, registry, governor, policies);
        OrgId[5] memory orgs = [supplier, scorer, body, second, purchaser];
        for (uint256 i = 0; i < 5; ++i) {
            parliament.seat(orgs[i], voters[i], secrets[i], START);
        }
        OrgId late = orgOf(parliament.LATE_LEI());
        parliament.seat(late, new OrgAccount(registry, late), 0x99, 0);
    }

    /// @dev Only the parliament plays; its calls reach the contracts.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(parliament);
    }

    function invariantNobodyVotesOrProposesWithoutTheRight() external view {
        require(!parliament.trespassed(), "trespassed");
    }

    function invariantNothingIsDoneBeforeItsTimeOrAgainstTheVote() external view {
        require(!parliament.hasty(), "hasty");
    }

    function invariantEveryAdoptedPolicyWentThroughVoteAndTimelock() external view {
        for (uint256 i = 0; i < policies.policyCount(); ++i) {
            bytes32 id = policies.policyAt(i);
            bool adopted = policies.policy(id).adoptedAt != 0;
            vm.assertEq(adopted, parliament.lawful(id), "adopted otherwise");
        }
    }

    function invariantTheCountIsThatOfTheMinutes() external view {
        for (uint256 i = 0; i < parliament.motionCount(); ++i) {
            (,, uint256 id,, uint256 supporters, uint256 opponents,,) = parliament.motions(i);
            (uint256 against, uint256 for_,) = governor.proposalVotes(id);
            require(for_ == supporters && against == opponents, "miscounted");
        }
    }

    /// @dev The play can be won, so that the invariants are not empty: and a latecomer has no say in it.
    function testTheParliamentCanAdoptAPolicy() external {
        parliament.propose(0, 0);
        parliament.wait(1);
        parliament.join();
        for (uint256 who = 0; who < 6; ++who) {
            parliament.vote(who, 0, 1, false);
        }
        vm.assertEq(parliament.votesCast(), 5, "votes");
        parliament.wait(3);
        parliament.queue(0);
        parliament.execute(0);
        vm.assertEq(parliament.adoptions(), 0, "hasty");
        parliament.wait(2);
        parliament.execute(0);
        vm.assertEq(parliament.adoptions(), 1, "adoptions");
        vm.assertEq(policies.current("policy"), keccak256(abi.encode(uint256(0))), "current");
    }
}
