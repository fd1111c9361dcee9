// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PolicyDocument} from "../../src/interfaces/IPolicyRegistry.sol";
import {MemberGovernor} from "../../src/MemberGovernor.sol";
import {MemberRegistry} from "../../src/MemberRegistry.sol";
import {MemberTimelock} from "../../src/MemberTimelock.sol";
import {OrgAccount} from "../../src/OrgAccount.sol";
import {PolicyRegistry} from "../../src/PolicyRegistry.sol";
import {addressKey, KeyId} from "../../src/types/KeyId.sol";
import {OrgId} from "../../src/types/OrgId.sol";
import {Purpose} from "../../src/types/Purpose.sol";
import {Vm} from "./Vm.sol";

/// @dev What happened to one proposal, as the parliament saw it; kept apart from the contracts.
struct Motion {
    bytes32 policy;
    bytes data;
    uint256 id;
    uint256 snapshot;
    uint256 supporters;
    uint256 opponents;
    uint256 queuedAt;
    bool done;
}

/// @title Parliament
/// @notice Members and others vote, join, leave, and try every short cut, in any order; it keeps its own minutes
abstract contract Parliament {
    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    string public constant LATE_LEI = "5299000LATE00000LA93";
    address private immutable enroller;
    MemberRegistry private immutable registry;
    MemberGovernor private immutable governor;
    MemberTimelock private immutable timelock;
    PolicyRegistry private immutable policies;

    OrgId[] private orgs;
    OrgAccount[] private accounts;
    uint256[] private secrets;
    mapping(uint256 org => uint256) private joinedAt;
    mapping(uint256 org => bool) private suspended;
    mapping(uint256 motion => mapping(uint256 org => bool)) private spoke;
    mapping(bytes32 policy => bool) public lawful;
    Motion[] public motions;
    bool public trespassed;
    bool public hasty;
    uint256 public votesCast;
    uint256 public adoptions;

    constructor(address enroller_, MemberRegistry registry_, MemberGovernor governor_, PolicyRegistry policies_) {
        (enroller, registry, governor, policies) = (enroller_, registry_, governor_, policies_);
        timelock = MemberTimelock(payable(governor_.timelock()));
    }

    /// @dev Before the play begins; `joined` is when the organisation was enrolled, 0 when that is still to come.
    function seat(OrgId org, OrgAccount account, uint256 secret, uint256 joined) external {
        joinedAt[orgs.length] = joined;
        orgs.push(org);
        accounts.push(account);
        secrets.push(secret);
    }

    function propose(uint256 who, uint32 version) external {
        if (motions.length == 6) return;
        who %= orgs.length;
        PolicyDocument memory given = PolicyDocument(
            keccak256(abi.encode(motions.length)), "policy", 1 + uint32(motions.length) * 7 + version % 7, "ipfs://x",
            uint64(block.timestamp), uint64(block.timestamp + 900 days)
        );
        (bool ok, bytes memory answer) = speak(who, address(policies), abi.encodeCall(policies.submit, (given)));
        if (!ok) return;
        Motion memory motion;
        motion.policy = abi.decode(answer, (bytes32));
        motion.data = abi.encodeCall(policies.adopt, (motion.policy));
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = one(motion.data);
        (ok, answer) = speak(who, address(governor), abi.encodeCall(governor.propose, (targets, values, calls, "")));
        if (!ok) return;
        if (!belongs(who, block.timestamp - 1)) trespassed = true;
        motion.id = abi.decode(answer, (uint256));
        motion.snapshot = governor.proposalSnapshot(motion.id);
        motions.push(motion);
    }

    function vote(uint256 who, uint256 which, uint8 support, bool direct) external {
        if (motions.length == 0) return;
        (who, which, support) = (who % orgs.length, which % motions.length, support % 4);
        Motion storage motion = motions[which];
        bytes memory call_ = abi.encodeCall(governor.castVote, (motion.id, support));
        bool ok;
        if (direct) {
            // The operator's own address, which is nobody.
            vm.prank(vm.addr(secrets[who]));
            (ok,) = address(governor).call(call_);
            if (ok) trespassed = true;
            return;
        }
        (ok,) = speak(who, address(governor), call_);
        if (!ok) return;
        if (!belongs(who, motion.snapshot) || spoke[which][who] || support > 2) trespassed = true;
        if (block.timestamp <= motion.snapshot) trespassed = true;
        spoke[which][who] = true;
        votesCast += 1;
        if (support == 1) motion.supporters += 1;
        if (support == 0) motion.opponents += 1;
    }

    function queue(uint256 which) external {
        if (motions.length == 0) return;
        Motion storage motion = motions[which % motions.length];
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = one(motion.data);
        try governor.queue(targets, values, calls, keccak256("")) {
            motion.queuedAt = block.timestamp;
            if (motion.supporters <= motion.opponents) hasty = true;
        } catch {}
    }

    function execute(uint256 which) external {
        if (motions.length == 0) return;
        Motion storage motion = motions[which % motions.length];
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = one(motion.data);
        try governor.execute(targets, values, calls, keccak256("")) {
            if (motion.queuedAt == 0 || block.timestamp < motion.queuedAt + timelock.getMinDelay()) hasty = true;
            motion.done = true;
            lawful[motion.policy] = true;
            adoptions += 1;
        } catch {}
    }

    /// @dev Every way round the vote, by anyone.
    function trespass(uint256 who, uint256 which, uint256 way) external {
        if (motions.length == 0) return;
        bytes memory data = motions[which % motions.length].data;
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = one(data);
        way %= 5;
        bytes memory call_ = data;
        address target = address(policies);
        if (way == 1) call_ = abi.encodeCall(timelock.schedule, (target, 0, data, 0, 0, 2 days));
        if (way == 2) call_ = abi.encodeCall(timelock.executeBatch, (targets, values, calls, 0, 0));
        if (way == 3) call_ = abi.encodeCall(timelock.grantRole, (timelock.PROPOSER_ROLE(), address(this)));
        if (way == 4) call_ = abi.encodeCall(governor.relay, (target, 0, data));
        if (way != 0) target = way == 4 ? address(governor) : address(timelock);
        (bool ok,) = speak(who % orgs.length, target, call_);
        if (ok) trespassed = true;
        (ok,) = target.call(call_);
        if (ok) trespassed = true;
    }

    function wait(uint8 how) external {
        uint256[4] memory steps = [uint256(1), 1 hours + 1, 3 days, 7 days];
        vm.warp(block.timestamp + steps[how % 4]);
    }

    function toggle(uint256 who) external {
        who %= orgs.length;
        if (joinedAt[who] == 0) return;
        suspended[who] = !suspended[who];
        vm.prank(enroller);
        registry.setActive(orgs[who], !suspended[who]);
    }

    /// @dev The last seat is a latecomer's.
    function join() external {
        uint256 who = orgs.length - 1;
        if (joinedAt[who] != 0) return;
        joinedAt[who] = block.timestamp;
        vm.startPrank(enroller);
        registry.enrol(orgs[who], LATE_LEI, "Late", "", 0);
        registry.setAccount(orgs[who], address(accounts[who]));
        KeyId key = addressKey(vm.addr(secrets[who]));
        registry.registerKey(orgs[who], key, Purpose.ATTEST, "", uint64(block.timestamp));
        vm.stopPrank();
    }

    /// @dev A member that comes back behind another account.
    function voteTwice(uint256 who, uint256 which, uint8 support) external {
        this.vote(who, which, support, false);
        this.changeAccount(who);
        this.vote(who, which, support % 3, false);
    }

    function changeAccount(uint256 who) external {
        who %= orgs.length;
        if (joinedAt[who] == 0) return;
        accounts[who] = new OrgAccount(registry, orgs[who]);
        vm.prank(enroller);
        registry.setAccount(orgs[who], address(accounts[who]));
    }

    function motionCount() external view returns (uint256) {
        return motions.length;
    }

    function belongs(uint256 who, uint256 time) private view returns (bool) {
        return joinedAt[who] != 0 && joinedAt[who] <= time && !suspended[who];
    }

    function speak(uint256 who, address target, bytes memory data) private returns (bool ok, bytes memory answer) {
        vm.prank(vm.addr(secrets[who]));
        (ok, answer) = address(accounts[who]).call(abi.encodeCall(OrgAccount.execute, (target, 0, data)));
        if (ok) answer = abi.decode(answer, (bytes));
    }

    function one(bytes memory data)
        private
        view
        returns (address[] memory targets, uint256[] memory values, bytes[] memory calls)
    {
        (targets, values, calls) = (new address[](1), new uint256[](1), new bytes[](1));
        (targets[0], calls[0]) = (address(policies), data);
    }
}
