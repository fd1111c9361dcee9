// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IKeyBook, KeyRecord} from "../src/interfaces/IKeyBook.sol";
import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {addressKey, KeyId} from "../src/types/KeyId.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Purpose} from "../src/types/Purpose.sol";
import {Fixture} from "./support/Fixture.sol";

contract KeyBookTest is Fixture {
    // RFC 6979 appendices A.2.5 and A.2.6; RFC 8037 appendix A. The ids of the first two and of X25519 were computed
    // from RFC 7638 in Python; RFC 8037 states the one of Ed25519.
    bytes private constant P256 = hex"0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        hex"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
    bytes private constant P384 = hex"04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64"
        hex"def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c62189"
        hex"6708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720";
    bytes private constant ED25519 = hex"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    KeyId private constant P256_ID = KeyId.wrap(0x0cebf1bc9880748a95588905b79843b42ba75cb174055e3e246bf87fe00b4a6d);
    KeyId private constant P384_ID = KeyId.wrap(0x976b5f912ce17a474eaf6e08d7c1353bffb8f4094ad78313a3b3b124c4bbf872);
    KeyId private constant ED25519_ID = KeyId.wrap(0x90facafea9b1556698540f70c0117a22ea37bd5cf3ed3c47093c1707282b4b89);
    KeyId private constant X25519_ID = KeyId.wrap(0x7dbf82da573b96087e45b70f79001204ebb1816cfcb3c378b17afdb66d8e508d);
    uint64 private constant SINCE = uint64(START);

    function testEveryKindOfKeyIsKnownByItsThumbprint() external {
        vm.startPrank(ENROLLER);
        registry.registerKey(supplier, P256_ID, Purpose.STATEMENT, P256, SINCE);
        registry.registerKey(supplier, ED25519_ID, Purpose.LOG, ED25519, SINCE);
        registry.registerKey(supplier, X25519_ID, Purpose.ENCRYPTION, ED25519, SINCE);
        registry.registerKey(supplier, P384_ID, Purpose.FEDERATED, P384, SINCE);
        vm.assertEq(registry.publicKeyOf(P256_ID), P256, "public key");
        KeyRecord memory record = registry.keyRecord(P256_ID);
        require(record.org == supplier && record.purpose == Purpose.STATEMENT, "owner and purpose");
        require(record.validFrom == SINCE && record.retiredAt == 0 && record.compromisedAt == 0, "times");
    }

    function testAnIdThatIsNotTheKeysOwnIsRefused() external {
        vm.startPrank(ENROLLER);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.KeyIdMismatch.selector, ED25519_ID, P256_ID));
        registry.registerKey(supplier, ED25519_ID, Purpose.STATEMENT, P256, SINCE);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.KeyIdMismatch.selector, ED25519_ID, X25519_ID));
        registry.registerKey(supplier, ED25519_ID, Purpose.ENCRYPTION, ED25519, SINCE);
        vm.expectRevert(
            abi.encodeWithSelector(IKeyBook.KeyIdMismatch.selector, addressKey(STRANGER), addressKey(ADMIN))
        );
        registry.registerKey(supplier, addressKey(STRANGER), Purpose.ANCHOR, abi.encodePacked(ADMIN), SINCE);
    }

    function testKeysOfTheWrongFormAreRefused() external {
        bytes memory offCurve = abi.encodePacked(P256);
        offCurve[64] = 0x9a;
        bytes memory compressed = abi.encodePacked(P256);
        compressed[0] = 0x02;
        vm.startPrank(ENROLLER);
        refuseForm(Purpose.STATEMENT, offCurve);
        refuseForm(Purpose.STATEMENT, compressed);
        refuseForm(Purpose.STATEMENT, ED25519);
        refuseForm(Purpose.FEDERATED, P256);
        refuseForm(Purpose.LOG, P256);
        refuseForm(Purpose.NODE, "");
        refuseForm(Purpose.ANCHOR, ED25519);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.UnknownPurpose.selector, uint8(0)));
        registry.registerKey(supplier, P256_ID, 0, P256, SINCE);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.UnknownPurpose.selector, uint8(8)));
        registry.registerKey(supplier, P256_ID, 8, P256, SINCE);
        // An address key whose id is no address.
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.MalformedPublicKey.selector, Purpose.ANCHOR, bytes("")));
        registry.registerKey(supplier, P256_ID, Purpose.ANCHOR, "", SINCE);
    }

    function testAnAddressKeyKeepsItsAddressAsPublicKey() external {
        vm.prank(ENROLLER);
        registry.registerKey(supplier, addressKey(STRANGER), Purpose.ANCHOR, abi.encodePacked(STRANGER), SINCE);
        vm.assertEq(registry.publicKeyOf(addressKey(STRANGER)), abi.encodePacked(STRANGER), "given");
        vm.assertEq(registry.publicKeyOf(addressKey(OTHER_ANCHOR)), abi.encodePacked(OTHER_ANCHOR), "derived");
    }

    function testAKeyNeverChangesHandsOrPurposeNotEvenWhenRetired() external {
        vm.startPrank(ENROLLER);
        KeyId key = addressKey(SUPPLIER_ANCHOR);
        bytes memory reason = abi.encodeWithSelector(IKeyBook.KeyAlreadyRegistered.selector, key, supplier);
        vm.expectRevert(reason);
        registry.registerKey(scorer, key, Purpose.ANCHOR, "", SINCE);
        vm.expectRevert(reason);
        registry.registerKey(supplier, key, Purpose.ATTEST, "", SINCE);
        registry.retireKey(key);
        vm.expectRevert(reason);
        registry.registerKey(supplier, key, Purpose.ANCHOR, "", SINCE);
    }

    function testAnOrganisationRotatesItsKeysThroughItsAccountAndNobodyElses() external {
        vm.startPrank(address(supplierAccount));
        registry.registerKey(supplier, addressKey(STRANGER), Purpose.ANCHOR, "", SINCE);
        registry.retireKey(addressKey(SUPPLIER_ANCHOR));
        vm.stopPrank();
        require(!registry.isAnchorKey(supplier, SUPPLIER_ANCHOR, SINCE), "the old key");
        require(registry.isAnchorKey(supplier, STRANGER, SINCE), "the new key");
        bytes memory reason =
            abi.encodeWithSelector(IMemberRegistry.NotForOrg.selector, supplier, address(scorerAccount));
        vm.startPrank(address(scorerAccount));
        vm.expectRevert(reason);
        registry.registerKey(supplier, P256_ID, Purpose.STATEMENT, P256, SINCE);
        vm.expectRevert(reason);
        registry.retireKey(addressKey(STRANGER));
        vm.expectRevert(reason);
        registry.declareCompromised(addressKey(STRANGER), SINCE);
    }

    function testASuspendedMemberRegistersNoKeyButCanStillDisownOne() external {
        vm.prank(ENROLLER);
        registry.setActive(supplier, false);
        vm.startPrank(address(supplierAccount));
        vm.expectRevert(abi.encodeWithSelector(IMemberRegistry.InactiveMember.selector, supplier));
        registry.registerKey(supplier, P256_ID, Purpose.STATEMENT, P256, SINCE);
        registry.declareCompromised(addressKey(SUPPLIER_ANCHOR), SINCE);
        registry.retireKey(addressKey(SUPPLIER_ANCHOR));
    }

    function testAKeyCountsFromItsFirstSecondUntilItsLast() external {
        KeyId key = addressKey(SUPPLIER_ANCHOR);
        require(!active(key, START - 1) && active(key, START), "begin");
        vm.warp(START + 100);
        vm.prank(ENROLLER);
        registry.retireKey(key);
        require(active(key, START + 99) && !active(key, START + 100), "retired");
        vm.prank(ENROLLER);
        registry.declareCompromised(key, SINCE + 50);
        require(active(key, START + 49) && !active(key, START + 50), "compromised");
        require(!registry.isKeyActive(key, scorer, Purpose.ANCHOR, SINCE), "another organisation");
        require(!registry.isKeyActive(key, supplier, Purpose.ATTEST, SINCE), "another purpose");
        require(!registry.isKeyActive(P256_ID, OrgId.wrap(0), 0, SINCE), "an unknown key");
    }

    function testFuzzACutOffOnlyEverMovesEarlier(uint64 first, uint64 second) external {
        KeyId key = addressKey(SUPPLIER_ANCHOR);
        first = uint64(bound(first, 1, START));
        vm.startPrank(ENROLLER);
        registry.declareCompromised(key, first);
        if (second == 0 || second >= first) {
            vm.expectRevert(
                abi.encodeWithSelector(IKeyBook.CutOffRefused.selector, key, first, second, uint64(START))
            );
            registry.declareCompromised(key, second);
        } else {
            registry.declareCompromised(key, second);
            vm.assertEq(registry.keyRecord(key).compromisedAt, second, "cut-off");
        }
    }

    function testACutOffIsDeclaredOnce() external {
        KeyId key = addressKey(SUPPLIER_ANCHOR);
        vm.startPrank(ENROLLER);
        registry.declareCompromised(key, SINCE);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.CutOffRefused.selector, key, SINCE, SINCE, uint64(START)));
        registry.declareCompromised(key, SINCE);
    }

    function testACutOffInTheFutureIsRefused() external {
        KeyId key = addressKey(SUPPLIER_ANCHOR);
        vm.prank(ENROLLER);
        vm.expectRevert(
            abi.encodeWithSelector(IKeyBook.CutOffRefused.selector, key, uint64(0), SINCE + 1, uint64(START))
        );
        registry.declareCompromised(key, SINCE + 1);
    }

    function testUnknownTwiceRetiredAndTimelessKeysAreRefused() external {
        vm.startPrank(ENROLLER);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.UnknownKey.selector, P256_ID));
        registry.retireKey(P256_ID);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.UnknownKey.selector, P256_ID));
        registry.declareCompromised(P256_ID, SINCE);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.ValidFromMissing.selector, P256_ID));
        registry.registerKey(supplier, P256_ID, Purpose.STATEMENT, P256, 0);
        KeyId key = addressKey(SUPPLIER_ANCHOR);
        registry.retireKey(key);
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.KeyAlreadyRetired.selector, key, SINCE));
        registry.retireKey(key);
    }

    function testRecordsLieWhereStorageProofsLookForThem() external {
        KeyId key = addressKey(SUPPLIER_ANCHOR);
        vm.warp(START + 9);
        vm.startPrank(ENROLLER);
        registry.retireKey(key);
        registry.declareCompromised(key, SINCE + 7);
        bytes32 slot = keccak256(abi.encode(key, uint256(0)));
        vm.assertEq(vm.load(address(registry), slot), OrgId.unwrap(supplier), "owner");
        uint256 packed = uint256(Purpose.ANCHOR) | (START << 8) | ((START + 9) << 72) | ((START + 7) << 136);
        vm.assertEq(uint256(vm.load(address(registry), bytes32(uint256(slot) + 1))), packed, "times");
    }

    function active(KeyId key, uint256 time) private view returns (bool) {
        return registry.isKeyActive(key, supplier, Purpose.ANCHOR, uint64(time));
    }

    function refuseForm(uint8 purpose, bytes memory publicKey) private {
        vm.expectRevert(abi.encodeWithSelector(IKeyBook.MalformedPublicKey.selector, purpose, publicKey));
        registry.registerKey(supplier, P256_ID, purpose, publicKey, SINCE);
    }
}
