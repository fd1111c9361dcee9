// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceLog} from "../src/EvidenceLog.sol";
import {Head, IEvidenceLog} from "../src/interfaces/IEvidenceLog.sol";
import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {addressKey} from "../src/types/KeyId.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Purpose} from "../src/types/Purpose.sol";
import {Fixture} from "./support/Fixture.sol";
import {ReferenceTree} from "./support/ReferenceTree.sol";

contract EvidenceLogTest is Fixture {
    using ReferenceTree for bytes32[];

    bytes32[] private leaves = ReferenceTree.grow("log", 40);
    bytes32[] private none;
    // Made once: hashing calls a precompile, which would use up a prank or an expectation.
    mapping(uint64 size => bytes32) private root;

    function setUp() public override {
        super.setUp();
        for (uint64 size = 1; size <= 40; ++size) {
            root[size] = leaves.root(0, size);
        }
    }

    function testAFirstHeadIsAnchoredWithItsTimeAndCount() external {
        vm.expectEmit(address(evidenceLog));
        emit IEvidenceLog.HeadAnchored(supplier, 5, root[5], 0);
        require(anchor(5, none), "not anchored");
        (Head memory head, bytes32 newest) = evidenceLog.head(supplier);
        vm.assertEq(head.size, 5, "size");
        vm.assertEq(head.anchoredAt, START, "time");
        vm.assertEq(head.count, 1, "count");
        vm.assertEq(newest, root[5], "root");
    }

    function testALaterHeadThatExtendsTheFirstIsAnchoredAndTheFirstStays() external {
        anchor(5, none);
        vm.warp(START + 60);
        vm.expectEmit(address(evidenceLog));
        emit IEvidenceLog.HeadAnchored(supplier, 40, root[40], 5);
        require(anchor(40, leaves.consistency(5, 40)), "not anchored");
        require(evidenceLog.isAnchored(supplier, 5, root[5]), "the first head is lost");
        vm.assertEq(evidenceLog.rootAt(supplier, 40), root[40], "the second head is missing");
        vm.assertEq(evidenceLog.rootAt(supplier, 39), 0, "a root that nobody anchored");
        (Head memory head,) = evidenceLog.head(supplier);
        vm.assertEq(head.count, 2, "count");
        vm.assertEq(head.anchoredAt, START + 60, "time");
    }

    function testAnchoringAHeadTwiceChangesNothingAndSaysFalse() external {
        anchor(5, none);
        anchor(9, leaves.consistency(5, 9));
        bytes32 before = vm.load(address(evidenceLog), headSlot(supplier));
        vm.warp(START + 60);
        require(!anchor(9, none), "anchored twice");
        require(!anchor(5, none), "an old head anchored twice");
        vm.assertEq(vm.load(address(evidenceLog), headSlot(supplier)), before, "the head has changed");
    }

    function testAForkASmallerHeadAndAnotherRootOfTheSameSizeAreRefusedWithBothHeads() external {
        anchor(9, none);
        bytes32[] memory forked = ReferenceTree.grow("fork", 40);
        refuseInconsistent(20, forked.root(0, 20), forked.consistency(9, 20));
        refuseInconsistent(9, forked.root(0, 9), none);
        refuseInconsistent(5, root[5], leaves.consistency(5, 9));
        refuseInconsistent(20, root[20], none);
        refuseInconsistent(20, root[20], leaves.consistency(8, 20));
    }

    function testAnEmptyHeadIsRefused() external {
        vm.startPrank(SUPPLIER_ANCHOR);
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EmptyHead.selector, supplier, uint64(0), root[5]));
        evidenceLog.anchor(supplier, 0, root[5], none);
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.EmptyHead.selector, supplier, uint64(5), bytes32(0)));
        evidenceLog.anchor(supplier, 5, bytes32(0), none);
    }

    function testAFirstHeadWithAProofIsRefused() external {
        bytes32[] memory proof = leaves.consistency(5, 9);
        vm.prank(SUPPLIER_ANCHOR);
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.ProofForFirstHead.selector, supplier, proof.length));
        evidenceLog.anchor(supplier, 9, root[9], proof);
    }

    function testAKeyAnchorsForItsOwnOrganisationOnly() external {
        for (uint256 i = 0; i < 4; ++i) {
            address caller = [OTHER_ANCHOR, STRANGER, ENROLLER, vm.addr(SUPPLIER_OPERATOR_SECRET)][i];
            vm.prank(caller);
            vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.NotAnchorKey.selector, supplier, caller));
            evidenceLog.anchor(supplier, 5, root[5], none);
        }
    }

    function testARetiredKeyAnchorsNoMoreAndItsSuccessorDoes() external {
        anchor(5, none);
        address successor = address(0xBEEF);
        vm.startPrank(ENROLLER);
        addKey(supplier, successor, Purpose.ANCHOR);
        registry.retireKey(addressKey(SUPPLIER_ANCHOR));
        vm.stopPrank();
        refuseKey(SUPPLIER_ANCHOR, 9);
        require(anchorAs(successor, 9, leaves.consistency(5, 9)), "the successor is refused");
    }

    function testACompromisedKeyAnchorsNoMoreAndAFutureKeyNotYet() external {
        anchor(5, none);
        vm.startPrank(ENROLLER);
        registry.registerKey(supplier, addressKey(address(0xBEEF)), Purpose.ANCHOR, "", uint64(START + 100));
        registry.declareCompromised(addressKey(SUPPLIER_ANCHOR), uint64(START - 5));
        vm.stopPrank();
        refuseKey(SUPPLIER_ANCHOR, 9);
        refuseKey(address(0xBEEF), 9);
        vm.warp(START + 100);
        require(anchorAs(address(0xBEEF), 9, leaves.consistency(5, 9)), "the new key is refused");
    }

    function testPausingStopsNewAnchorsButNeitherReadsNorRetries() external {
        anchor(5, none);
        vm.prank(PAUSER);
        registry.pause();
        vm.prank(SUPPLIER_ANCHOR);
        vm.expectRevert(IEvidenceLog.AnchoringPaused.selector);
        evidenceLog.anchor(supplier, 9, root[9], none);
        require(!anchor(5, none), "a retry anchors");
        require(evidenceLog.isAnchored(supplier, 5, root[5]), "a read fails");
        vm.prank(PAUSER);
        registry.unpause();
        require(anchor(9, leaves.consistency(5, 9)), "it does not go on");
    }

    function testASuspendedMemberCannotAnchor() external {
        vm.prank(ENROLLER);
        registry.setActive(supplier, false);
        vm.prank(SUPPLIER_ANCHOR);
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.InactiveMember.selector, supplier));
        evidenceLog.anchor(supplier, 5, root[5], none);
    }

    function testNothingIsAnchoredForAZeroRoot() external view {
        require(!evidenceLog.isAnchored(supplier, 5, bytes32(0)), "zero counts as anchored");
    }

    function testHeadsLieWhereStorageProofsLookForThem() external {
        anchor(5, none);
        address where = address(evidenceLog);
        bytes32 ofOrg = keccak256(abi.encode(supplier, uint256(0)));
        vm.assertEq(vm.load(where, keccak256(abi.encode(uint256(5), ofOrg))), root[5], "slot 0");
        uint256 packed = uint256(vm.load(where, headSlot(supplier)));
        vm.assertEq(packed, uint256(5) | (START << 64) | (uint256(1) << 128), "slot 1");
        vm.assertEq(vm.load(where, bytes32(uint256(2))), bytes32(uint256(uint160(address(registry)))), "slot 2");
    }

    function testALogOnNoRegistryCannotBeMade() external {
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.RegistryMissing.selector, STRANGER));
        new EvidenceLog(IMemberRegistry(STRANGER));
    }

    function testFuzzAnyHonestGrowthIsAnchored(uint64 first, uint64 second, uint64 third) external {
        first = uint64(bound(first, 1, 38));
        second = uint64(bound(second, first + 1, 39));
        third = uint64(bound(third, second + 1, 40));
        require(anchor(first, none), "first");
        require(anchor(second, leaves.consistency(first, second)), "second");
        require(anchor(third, leaves.consistency(second, third)), "third");
        require(evidenceLog.isAnchored(supplier, first, root[first]), "history");
    }

    function testFuzzNoOtherRootExtendsAHead(uint64 size, bytes32 newRoot, bytes32[] calldata proof) external {
        anchor(9, none);
        size = uint64(bound(size, 1, type(uint64).max));
        vm.assume(newRoot != bytes32(0) && (size != 9 || newRoot != root[9]));
        vm.prank(SUPPLIER_ANCHOR);
        vm.expectPartialRevert(IEvidenceLog.InconsistentHead.selector);
        evidenceLog.anchor(supplier, size, newRoot, proof);
    }

    function anchor(uint64 size, bytes32[] memory proof) private returns (bool) {
        return anchorAs(SUPPLIER_ANCHOR, size, proof);
    }

    function anchorAs(address caller, uint64 size, bytes32[] memory proof) private returns (bool) {
        vm.prank(caller);
        return evidenceLog.anchor(supplier, size, root[size], proof);
    }

    function refuseInconsistent(uint64 size, bytes32 newRoot, bytes32[] memory proof) private {
        vm.prank(SUPPLIER_ANCHOR);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEvidenceLog.InconsistentHead.selector, supplier, uint64(9), root[9], size, newRoot
            )
        );
        evidenceLog.anchor(supplier, size, newRoot, proof);
    }

    function refuseKey(address caller, uint64 size) private {
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IEvidenceLog.NotAnchorKey.selector, supplier, caller));
        evidenceLog.anchor(supplier, size, root[size], none);
    }

    function headSlot(OrgId org) private pure returns (bytes32) {
        return keccak256(abi.encode(org, uint256(1)));
    }
}
