// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IMemberGovernor} from "../src/interfaces/IMemberGovernor.sol";
import {IMemberVotes} from "../src/interfaces/IMemberVotes.sol";
import {MemberGovernor} from "../src/MemberGovernor.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Roles} from "../src/types/Roles.sol";
import {ScoreFixture} from "./support/ScoreFixture.sol";

contract MemberGovernorTest is ScoreFixture {
    string private constant WHY = "end the policy";
    bytes private data;
    uint256 private id;

    function setUp() public override {
        super.setUp();
        // Any call that only the timelock may make.
        data = abi.encodeCall(timelock.updateDelay, (3 days));
    }

    function begin() private {
        id = propose(address(timelock), data, WHY);
        vm.warp(block.timestamp + DELAY + 1);
    }

    function testThreeOfSixDecideAndTheTimelockDoesItAfterItsDelay() external {
        begin();
        for (uint256 voter = 0; voter < 3; ++voter) {
            vote(voter, id, 1);
        }
        vm.warp(block.timestamp + PERIOD);
        queue(address(timelock), data, WHY);
        vm.warp(block.timestamp + TIMELOCK_DELAY - 1);
        (bool early,) = address(this).call(abi.encodeCall(this.executeNow, ()));
        require(!early, "before the delay was over");
        vm.warp(block.timestamp + 1);
        this.executeNow();
        vm.assertEq(timelock.getMinDelay(), 3 days, "not done");
    }

    function executeNow() external {
        execute(address(timelock), data, WHY);
    }

    function testTwoOfSixAreNoQuorumAndAbstentionsCountForIt() external {
        begin();
        vote(0, id, 1);
        vote(1, id, 1);
        vm.assertEq(governor.quorum(governor.proposalSnapshot(id)), 3, "quorum");
        vm.warp(block.timestamp + PERIOD + 1);
        require(governor.state(id) == IGovernor.ProposalState.Defeated, "decided without a quorum");
        id = propose(address(timelock), data, "again");
        vm.warp(block.timestamp + DELAY + 1);
        vote(0, id, 1);
        vote(1, id, 2);
        vote(2, id, 2);
        vm.warp(block.timestamp + PERIOD + 1);
        require(governor.state(id) == IGovernor.ProposalState.Succeeded, "abstentions do not count");
    }

    function testATieFails() external {
        begin();
        vote(0, id, 1);
        vote(1, id, 1);
        vote(2, id, 0);
        vote(3, id, 0);
        vm.warp(block.timestamp + PERIOD + 1);
        require(governor.state(id) == IGovernor.ProposalState.Defeated, "a tie decided");
    }

    function testWhoJoinsAfterTheSnapshotHasNoVote() external {
        begin();
        OrgId late = orgOf("5299000LATE00000LA93");
        OrgAccount account = joinLate(late);
        uint256 snapshot = governor.proposalSnapshot(id);
        bytes memory call_ = abi.encodeCall(governor.castVote, (id, 1));
        refuseAct(account, 0x99, address(governor), call_, noVote(address(account), snapshot));
        vm.assertEq(votes.getPastTotalSupply(snapshot), 6, "it counts for the quorum");
        vm.warp(block.timestamp + 1);
        vm.assertEq(votes.getPastVotes(address(account), block.timestamp - 1), 1, "no vote afterwards");
        vm.assertEq(votes.getPastTotalSupply(block.timestamp - 1), 7, "not counted afterwards");
    }

    function testWhoIsNoMemberOrSuspendedNowHasNoVoteAndCannotPropose() external {
        begin();
        uint256 snapshot = governor.proposalSnapshot(id);
        vm.prank(STRANGER);
        vm.expectRevert(noVote(STRANGER, snapshot));
        governor.castVote(id, 1);
        // An operator is not its organisation.
        address operator = vm.addr(SUPPLIER_OPERATOR_SECRET);
        vm.prank(operator);
        vm.expectRevert(noVote(operator, snapshot));
        governor.castVote(id, 1);
        vm.prank(ENROLLER);
        registry.setActive(supplier, false);
        bytes memory call_ = abi.encodeCall(governor.castVote, (id, 1));
        refuseAct(
            supplierAccount,
            SUPPLIER_OPERATOR_SECRET,
            address(governor),
            call_,
            noVote(address(supplierAccount), snapshot)
        );
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = proposal(address(timelock), data);
        refuseAct(
            supplierAccount,
            SUPPLIER_OPERATOR_SECRET,
            address(governor),
            abi.encodeCall(governor.propose, (targets, values, calls, "mine")),
            abi.encodeWithSelector(
                IGovernor.GovernorInsufficientProposerVotes.selector, address(supplierAccount), 0, 1
            )
        );
    }

    function testAMemberThatChangesItsAccountHasNoSecondVote() external {
        begin();
        vote(0, id, 1);
        OrgAccount other_ = new OrgAccount(registry, supplier);
        vm.prank(ENROLLER);
        registry.setAccount(supplier, address(other_));
        require(governor.hasMemberVoted(id, supplier), "not noted");
        bytes memory call_ = abi.encodeCall(governor.castVote, (id, 0));
        bytes memory reason = abi.encodeWithSelector(IMemberGovernor.MemberVotedAlready.selector, supplier, id);
        refuseAct(other_, SUPPLIER_OPERATOR_SECRET, address(governor), call_, reason);
        uint256 snapshot = governor.proposalSnapshot(id);
        refuseAct(
            supplierAccount,
            SUPPLIER_OPERATOR_SECRET,
            address(governor),
            call_,
            noVote(address(supplierAccount), snapshot)
        );
    }

    function testAVoteBySignatureIsTheAccountsBySignatureOfItsOperator() external {
        begin();
        address voter = address(bodyAccount);
        bytes32 type_ = governor.BALLOT_TYPEHASH();
        bytes32 struct_ = keccak256(abi.encode(type_, id, uint8(1), voter, governor.nonces(voter)));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain(), struct_));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BODY_SECRET, bodyAccount.messageDigest(digest));
        governor.castVoteBySig(id, 1, voter, abi.encodePacked(r, s, v));
        require(governor.hasMemberVoted(id, body), "not counted");
    }

    function testANotedSuspensionLeavesTheQuorumAndReturnsWithTheMember() external {
        vm.startPrank(ENROLLER);
        registry.setActive(other, false);
        registry.setActive(purchaser, false);
        vm.stopPrank();
        votes.noteStanding(other);
        votes.noteStanding(purchaser);
        vm.warp(block.timestamp + 1);
        uint256 then = block.timestamp - 1;
        vm.assertEq(votes.getPastTotalSupply(then), 4, "suspended ones count");
        vm.prank(ENROLLER);
        registry.setActive(purchaser, true);
        vm.assertEq(votes.getPastVotes(address(purchaserAccount), then), 0, "a vote for the time of the suspension");
        votes.noteStanding(purchaser);
        vm.warp(block.timestamp + 1);
        vm.assertEq(votes.getPastTotalSupply(block.timestamp - 1), 5, "not back");
        vm.assertEq(votes.getPastVotes(address(purchaserAccount), block.timestamp - 1), 1, "no vote again");
        vm.assertEq(votes.getPastTotalSupply(then), 4, "the past changed");
        vm.expectRevert(abi.encodeWithSelector(IMemberVotes.StandingUnchanged.selector, purchaser, false));
        votes.noteStanding(purchaser);
    }

    function testTheFutureIsNotAsked() external {
        bytes memory reason =
            abi.encodeWithSelector(IMemberVotes.FutureLookup.selector, block.timestamp, uint48(block.timestamp));
        vm.expectRevert(reason);
        votes.getPastTotalSupply(block.timestamp);
        vm.expectRevert(reason);
        votes.getPastVotes(address(supplierAccount), block.timestamp);
    }

    function testNobodyButTheGovernorHasARoleAtTheTimelock() external view {
        bytes32[3] memory roles = [timelock.PROPOSER_ROLE(), timelock.EXECUTOR_ROLE(), timelock.CANCELLER_ROLE()];
        for (uint256 i = 0; i < 3; ++i) {
            require(timelock.hasRole(roles[i], address(governor)), "the governor has not");
            require(!timelock.hasRole(roles[i], address(0)), "everybody has");
            require(!timelock.hasRole(roles[i], address(this)), "the deployer has");
        }
        require(!timelock.hasRole(0x0, address(this)) && !timelock.hasRole(0x0, address(governor)), "an administrator");
        require(timelock.hasRole(0x0, address(timelock)), "no administrator");
    }

    function testTermsOfNothingAreRefused() external {
        refuseTerms(0, 1, 50, 1);
        refuseTerms(1, 0, 50, 1);
        refuseTerms(1, 1, 0, 1);
        refuseTerms(1, 1, 101, 1);
        refuseTerms(1, 1, 50, 0);
        new MemberGovernor(votes, 1, 1, 100, 1);
    }

    function refuseTerms(uint48 delay, uint32 period, uint8 percent, uint256 wait) private {
        vm.expectRevert(
            abi.encodeWithSelector(IMemberGovernor.VotingTermsRefused.selector, delay, period, percent, wait)
        );
        new MemberGovernor(votes, delay, period, percent, wait);
    }

    function joinLate(OrgId org) private returns (OrgAccount) {
        return join(org, "5299000LATE00000LA93", Roles.BANK, 0x99);
    }

    function noVote(address who, uint256 snapshot) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMemberGovernor.NoVote.selector, who, snapshot);
    }

    function domain() private view returns (bytes32) {
        (, string memory name, string memory version, uint256 chain, address where,,) = governor.eip712Domain();
        bytes32 type_ =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(type_, keccak256(bytes(name)), keccak256(bytes(version)), chain, where));
    }
}
