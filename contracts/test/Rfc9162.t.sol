// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Rfc9162} from "../src/libraries/Rfc9162.sol";
import {ReferenceTree} from "./support/ReferenceTree.sol";
import {Vm} from "./support/Vm.sol";

/// @dev The library takes calldata, so it needs a contract around it.
contract Verifier {
    function isConsistent(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external pure returns (bool) {
        return Rfc9162.isConsistent(oldSize, oldRoot, newSize, newRoot, proof);
    }
}

contract Rfc9162Test {
    using ReferenceTree for bytes32[];

    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint64 private constant MOST_LEAVES = 96;
    Verifier private verifier = new Verifier();
    bytes32[] private leaves = ReferenceTree.grow("log", MOST_LEAVES);

    struct Claim {
        uint64 oldSize;
        bytes32 oldRoot;
        uint64 newSize;
        bytes32 newRoot;
        bytes32[] proof;
    }

    function testTheVectorsThatPythonReadsToo() external view {
        require(judge("tests/vectors/merkle.json") >= 300, "vectors are missing");
        require(judge("tests/vectors/consistency.json") >= 200, "vectors are missing");
    }

    function judge(string memory path) private view returns (uint256 count) {
        string memory json = vm.readFile(path);
        string memory place = ".consistency[0]";
        while (vm.keyExistsJson(json, place)) {
            Claim memory claim = Claim({
                oldSize: uint64(vm.parseJsonUint(json, string.concat(place, ".old_size"))),
                oldRoot: vm.parseJsonBytes32(json, string.concat(place, ".old_root")),
                newSize: uint64(vm.parseJsonUint(json, string.concat(place, ".new_size"))),
                newRoot: vm.parseJsonBytes32(json, string.concat(place, ".new_root")),
                proof: vm.parseJsonBytes32Array(json, string.concat(place, ".path"))
            });
            bool holds = vm.parseJsonBool(json, string.concat(place, ".holds"));
            vm.assertEq(verdict(claim), holds, string.concat(path, place));
            place = string.concat(".consistency[", vm.toString(++count), "]");
        }
    }

    function testFuzzEveryHonestProofHolds(uint64 oldSeed, uint64 newSeed) external view {
        require(verdict(honest(oldSeed, newSeed)), "an honest proof is refused");
    }

    function testFuzzNoProofHoldsForAnotherNewRoot(uint64 oldSeed, uint64 newSeed, bytes32 newRoot) external view {
        Claim memory claim = honest(oldSeed, newSeed);
        vm.assume(newRoot != claim.newRoot);
        claim.newRoot = newRoot;
        require(!verdict(claim), "a fork is accepted");
    }

    function testFuzzNoProofHoldsForAnotherOldRoot(uint64 oldSeed, uint64 newSeed, bytes32 oldRoot) external view {
        Claim memory claim = honest(oldSeed, newSeed);
        vm.assume(oldRoot != claim.oldRoot);
        claim.oldRoot = oldRoot;
        require(!verdict(claim), "history is rewritten");
    }

    function testFuzzOneChangedBitAnywhereInAProofIsRefused(uint64 oldSeed, uint64 newSeed, uint256 where, uint8 bit)
        external
        view
    {
        Claim memory claim = honest(oldSeed, newSeed);
        vm.assume(claim.proof.length != 0);
        where %= claim.proof.length;
        claim.proof[where] = bytes32(uint256(claim.proof[where]) ^ (1 << bit));
        require(!verdict(claim), "a changed proof is accepted");
    }

    function testFuzzALongerOrShorterProofIsRefused(uint64 oldSeed, uint64 newSeed, bytes32 extra) external view {
        Claim memory claim = honest(oldSeed, newSeed);
        bytes32[] memory proof = claim.proof;
        claim.proof = ReferenceTree.append(proof, extra);
        require(!verdict(claim), "a node too many is accepted");
        vm.assume(proof.length != 0);
        claim.proof = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < claim.proof.length; ++i) {
            claim.proof[i] = proof[i];
        }
        require(!verdict(claim), "a missing node is accepted");
    }

    function testFuzzAnotherOldSizeIsRefused(uint64 oldSeed, uint64 newSeed, uint64 oldSize) external view {
        Claim memory claim = honest(oldSeed, newSeed);
        vm.assume(oldSize != claim.oldSize && claim.oldSize != claim.newSize);
        // Old sizes that make the same path exist (RFC 9162 proofs do not commit to sizes); the roots then differ.
        vm.assume(oldSize == 0 || oldSize > MOST_LEAVES || leaves.root(0, oldSize) != claim.oldRoot);
        claim.oldSize = oldSize;
        if (oldSize != 0 && oldSize <= MOST_LEAVES) claim.oldRoot = leaves.root(0, oldSize);
        bytes32[] memory proof = claim.proof;
        bool same = oldSize != 0 && oldSize <= claim.newSize
            && keccak256(abi.encode(leaves.consistency(oldSize, claim.newSize))) == keccak256(abi.encode(proof));
        require(verdict(claim) == same, "a proof holds for a size it was not made for");
    }

    function testFuzzGarbageIsRefusedWithoutReverting(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external view {
        vm.assume(oldSize != newSize);
        require(!verifier.isConsistent(oldSize, oldRoot, newSize, newRoot, proof), "garbage is accepted");
    }

    function honest(uint64 oldSeed, uint64 newSeed) private view returns (Claim memory claim) {
        claim.newSize = 1 + newSeed % MOST_LEAVES;
        claim.oldSize = 1 + oldSeed % claim.newSize;
        bytes32[] memory all = leaves;
        claim.oldRoot = all.root(0, claim.oldSize);
        claim.newRoot = all.root(0, claim.newSize);
        claim.proof = all.consistency(claim.oldSize, claim.newSize);
    }

    function verdict(Claim memory claim) private view returns (bool) {
        return verifier.isConsistent(claim.oldSize, claim.oldRoot, claim.newSize, claim.newRoot, claim.proof);
    }
}
