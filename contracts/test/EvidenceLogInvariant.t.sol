// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceLog} from "../src/EvidenceLog.sol";
import {Head} from "../src/interfaces/IEvidenceLog.sol";
import {MemberRegistry} from "../src/MemberRegistry.sol";
import {addressKey, KeyId} from "../src/types/KeyId.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Purpose} from "../src/types/Purpose.sol";
import {Fixture} from "./support/Fixture.sol";
import {ReferenceTree} from "./support/ReferenceTree.sol";
import {Vm} from "./support/Vm.sol";

/// @dev Plays honest and hostile members in any order. Both organisations have one true log each; whatever the log
///      accepts is written down here, together with whether its sender had the right.
contract Consortium {
    using ReferenceTree for bytes32[];

    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint64 public constant MOST_LEAVES = 48;
    address private constant ENROLLER = address(0xE0);
    address private constant PAUSER = address(0xBA);

    MemberRegistry private registry;
    EvidenceLog private log;
    OrgId[2] private orgs;
    address[] private actors;
    bytes32[][2] private leaves;

    uint64[][2] public sizes;
    bool public trespassed;
    bool public forked;
    uint256 public accepted;
    uint160 private nextKey = 0x1000;
    // What the registry should say, kept apart from it.
    address[2] private holder;
    bool[2] private active = [true, true];
    bool private paused;

    /// @param actors_ the first two hold the keys of the two organisations
    constructor(MemberRegistry registry_, EvidenceLog log_, OrgId first, OrgId second, address[] memory actors_) {
        registry = registry_;
        log = log_;
        orgs = [first, second];
        actors = actors_;
        holder = [actors_[0], actors_[1]];
        leaves[0] = ReferenceTree.grow(OrgId.unwrap(first), MOST_LEAVES);
        leaves[1] = ReferenceTree.grow(OrgId.unwrap(second), MOST_LEAVES);
    }

    /// @dev The true next head, by anyone.
    function growHonestly(uint256 actor, uint256 which, uint64 growth) external {
        which %= 2;
        uint64 oldSize = newest(which);
        uint64 size = oldSize + 1 + growth % 5;
        if (size > MOST_LEAVES) return;
        bytes32[] memory proof = oldSize == 0 ? new bytes32[](0) : leaves[which].consistency(oldSize, size);
        send(actor, which, size, leaves[which].root(0, size), proof);
    }

    /// @dev A head of another tree with a proof that is right for that tree.
    function fork(uint256 actor, uint256 which, uint64 size, bytes32 salt) external {
        which %= 2;
        if (newest(which) == 0) return;
        size = 1 + size % MOST_LEAVES;
        bytes32[] memory other = ReferenceTree.grow(salt, MOST_LEAVES);
        uint64 oldSize = newest(which);
        bytes32[] memory proof = oldSize < size ? other.consistency(oldSize, size) : new bytes32[](0);
        send(actor, which, size, other.root(0, size), proof);
    }

    /// @dev The log with its last leaves changed, proved as far as it can be.
    function rewriteTheEnd(uint256 actor, uint256 which, uint64 size) external {
        which %= 2;
        uint64 oldSize = newest(which);
        if (oldSize == 0) return;
        size = 1 + size % MOST_LEAVES;
        bytes32[] memory changed = leaves[which];
        changed[oldSize - 1] = sha256("changed");
        bytes32[] memory proof = oldSize < size ? changed.consistency(oldSize, size) : new bytes32[](0);
        send(actor, which, size, changed.root(0, size), proof);
    }

    /// @dev A true head that lies behind, with a true proof the wrong way round.
    function shrink(uint256 actor, uint256 which, uint64 size) external {
        which %= 2;
        uint64 oldSize = newest(which);
        if (oldSize < 2) return;
        size = 1 + size % (oldSize - 1);
        send(actor, which, size, leaves[which].root(0, size), leaves[which].consistency(size, oldSize));
    }

    function sendGarbage(uint256 actor, uint256 which, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        if (newest(which % 2) == 0) return;
        send(actor, which % 2, size, root, proof);
    }

    /// @dev A successor takes over; the old holder keeps trying.
    function rotateKey(uint256 which, bool stolen) external {
        which %= 2;
        KeyId key = addressKey(holder[which]);
        holder[which] = address(nextKey++);
        actors.push(holder[which]);
        vm.startPrank(ENROLLER);
        if (!active[which]) registry.setActive(orgs[which], true);
        stolen ? registry.declareCompromised(key, uint64(block.timestamp)) : registry.retireKey(key);
        registry.registerKey(orgs[which], addressKey(holder[which]), Purpose.ANCHOR, "", uint64(block.timestamp));
        vm.stopPrank();
        active[which] = true;
    }

    function togglePause() external {
        paused = !paused;
        vm.prank(PAUSER);
        paused ? registry.pause() : registry.unpause();
    }

    function toggleMember(uint256 which) external {
        which %= 2;
        active[which] = !active[which];
        vm.prank(ENROLLER);
        registry.setActive(orgs[which], active[which]);
    }

    function wait(uint16 time) external {
        vm.warp(block.timestamp + time);
    }

    function send(uint256 actor, uint256 which, uint64 size, bytes32 root, bytes32[] memory proof) private {
        OrgId org = orgs[which];
        // Every other time the right one, so that logs do grow.
        address sender = actor % 2 == 0 ? holder[which] : actors[(actor / 2) % actors.length];
        bool allowed = !paused && active[which] && sender == holder[which];
        vm.prank(sender);
        try log.anchor(org, size, root, proof) returns (bool anchored) {
            if (!anchored) return;
            accepted += 1;
            if (!allowed) trespassed = true;
            if (size > MOST_LEAVES || root != leaves[which].root(0, size)) forked = true;
            sizes[which].push(size);
        } catch {}
    }

    function newest(uint256 which) private view returns (uint64) {
        return sizes[which].length == 0 ? 0 : sizes[which][sizes[which].length - 1];
    }

    function count(uint256 which) external view returns (uint256) {
        return sizes[which].length;
    }

    function trueRoot(uint256 which, uint64 size) external view returns (bytes32) {
        return leaves[which].root(0, size);
    }
}

contract EvidenceLogInvariantTest is Fixture {
    Consortium private consortium;

    function setUp() public override {
        super.setUp();
        address[] memory actors = new address[](5);
        (actors[0], actors[1], actors[2]) = (SUPPLIER_ANCHOR, SCORER_ANCHOR, STRANGER);
        (actors[3], actors[4]) = (ENROLLER, OTHER_ANCHOR);
        consortium = new Consortium(registry, evidenceLog, supplier, scorer, actors);
    }

    /// @dev Only the consortium plays; its calls reach the contracts.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(consortium);
    }

    function invariantNothingButTheTrueLogIsEverAnchored() external view {
        require(!consortium.forked(), "a log was forked");
    }

    function invariantNobodyAnchorsWithoutTheRight() external view {
        require(!consortium.trespassed(), "anchored without the right");
    }

    function invariantEveryAnchoredHeadStaysAndSizesOnlyGrow() external view {
        for (uint256 which = 0; which < 2; ++which) {
            OrgId org = which == 0 ? supplier : scorer;
            uint64 last = 0;
            for (uint256 i = 0; i < consortium.count(which); ++i) {
                uint64 size = consortium.sizes(which, i);
                require(size > last, "the log shrank");
                require(evidenceLog.isAnchored(org, size, consortium.trueRoot(which, size)), "a head is lost");
                last = size;
            }
            (Head memory head, bytes32 root) = evidenceLog.head(org);
            vm.assertEq(head.size, last, "the newest head is not the last one");
            vm.assertEq(head.count, consortium.count(which), "the count is wrong");
            require(last == 0 || root == consortium.trueRoot(which, last), "the newest root is not the true one");
        }
    }
}
