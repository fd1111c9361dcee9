// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestations} from "../src/interfaces/IAttestations.sol";
import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {IObjectionBook, Objection} from "../src/interfaces/IObjectionBook.sol";
import {ObjectionBook} from "../src/ObjectionBook.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {ScoreFixture} from "./support/ScoreFixture.sol";

contract ObjectionBookTest is ScoreFixture {
    bytes32 private constant REASON = keccak256("the complaint was answered in time");
    bytes32 private uid;

    function setUp() public override {
        super.setUp();
        uid = attest(goodRequest());
    }

    function file(uint256 voter) private {
        act(voters[voter], secrets[voter], address(objections), abi.encodeCall(objections.file, (uid, REASON)));
    }

    function withdraw(uint256 voter) private {
        act(voters[voter], secrets[voter], address(objections), abi.encodeCall(objections.withdraw, (uid)));
    }

    function testAnyActiveMemberObjectsAndTheSubjectToo() external {
        for (uint256 voter = 0; voter < 5; ++voter) {
            file(voter);
        }
        vm.assertEq(objections.standing(uid), 5, "standing");
        require(objections.objects(uid, supplier) && !objections.objects(uid, other), "who");
        Objection[] memory page = objections.objections(uid, 1, 2);
        vm.assertEq(page.length, 2, "page");
        require(page[0].by == scorer && page[1].by == body && page[0].reason == REASON, "content");
        vm.assertEq(objections.objections(uid, 4, 100).length, 1, "last page");
        vm.assertEq(objections.objections(uid, 5, type(uint256).max).length, 0, "behind the end");
    }

    function testAWithdrawnObjectionStaysReadableAndCanBeFiledAgain() external {
        file(0);
        vm.warp(block.timestamp + 1 days);
        withdraw(0);
        vm.assertEq(objections.standing(uid), 0, "it stands");
        Objection memory old = objections.objections(uid, 0, 1)[0];
        require(old.withdrawnAt == block.timestamp && old.filedAt == block.timestamp - 1 days, "times");
        bytes memory reason = abi.encodeWithSelector(IObjectionBook.NoObjection.selector, uid, supplier);
        refuseAct(
            supplierAccount,
            SUPPLIER_OPERATOR_SECRET,
            address(objections),
            abi.encodeCall(objections.withdraw, (uid)),
            reason
        );
        file(0);
        vm.assertEq(objections.objectionCount(uid), 2, "count");
        vm.assertEq(objections.standing(uid), 1, "it does not stand");
    }

    function testOneMemberHasOneStandingObjection() external {
        file(0);
        refuseFile(uid, REASON, abi.encodeWithSelector(IObjectionBook.AlreadyObjected.selector, uid, supplier));
    }

    function testStrangersSuspendedOnesAndUnknownAttestationsAreRefused() external {
        vm.expectRevert(abi.encodeWithSelector(IObjectionBook.NotActiveMember.selector, OrgId.wrap(0), address(this)));
        objections.file(uid, REASON);
        vm.expectRevert(abi.encodeWithSelector(IObjectionBook.NoObjection.selector, uid, OrgId.wrap(0)));
        objections.withdraw(uid);
        refuseFile("x", REASON, abi.encodeWithSelector(IObjectionBook.UnknownAttestation.selector, bytes32("x")));
        refuseFile(0, REASON, abi.encodeWithSelector(IObjectionBook.UnknownAttestation.selector, bytes32(0)));
        refuseFile(uid, 0, abi.encodeWithSelector(IObjectionBook.ReasonMissing.selector, uid));
        file(0);
        vm.prank(ENROLLER);
        registry.setActive(supplier, false);
        withdraw(0);
        bytes memory reason = abi.encodeWithSelector(
            IObjectionBook.NotActiveMember.selector, supplier, address(supplierAccount)
        );
        refuseFile(uid, REASON, reason);
    }

    function refuseFile(bytes32 about, bytes32 why, bytes memory reason) private {
        bytes memory call_ = abi.encodeCall(objections.file, (about, why));
        refuseAct(supplierAccount, SUPPLIER_OPERATOR_SECRET, address(objections), call_, reason);
    }

    function testFuzzTheCountIsThatOfTheStandingOnes(uint256 seed) external {
        for (uint256 step = 0; step < 30; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 voter = seed % 5;
            bytes memory call_ = seed >> 255 == 1
                ? abi.encodeCall(objections.file, (uid, REASON))
                : abi.encodeCall(objections.withdraw, (uid));
            vm.prank(vm.addr(secrets[voter]));
            try voters[voter].execute(address(objections), 0, call_) {} catch {}
        }
        Objection[] memory all = objections.objections(uid, 0, type(uint256).max);
        uint256 standing = 0;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].withdrawnAt != 0) continue;
            standing += 1;
            require(objections.objects(uid, all[i].by), "it does not stand");
        }
        vm.assertEq(objections.standing(uid), standing, "standing");
    }

    function testABookOnNothingCannotBeMade() external {
        vm.expectRevert(abi.encodeWithSelector(IObjectionBook.ContractMissing.selector, STRANGER));
        new ObjectionBook(IAttestations(STRANGER), registry);
        vm.expectRevert(abi.encodeWithSelector(IObjectionBook.ContractMissing.selector, STRANGER));
        new ObjectionBook(IAttestations(address(eas)), IMemberRegistry(STRANGER));
    }
}
