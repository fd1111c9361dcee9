// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IMemberRegistry} from "../src/interfaces/IMemberRegistry.sol";
import {IOrgAccount} from "../src/interfaces/IOrgAccount.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {addressKey} from "../src/types/KeyId.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Purpose} from "../src/types/Purpose.sol";
import {Fixture} from "./support/Fixture.sol";

/// @dev Something to call: it says who called and how, or why not.
contract Target {
    error Refused(uint256 code);

    address public caller;
    uint256 public received;
    uint256 private marker = 5;

    function call(uint256 value) external payable returns (uint256) {
        (caller, received) = (msg.sender, msg.value);
        return value + marker;
    }

    function fail(uint256 code) external pure {
        revert Refused(code);
    }
}

contract OrgAccountTest is Fixture {
    bytes4 private constant YES = IERC1271.isValidSignature.selector;
    bytes4 private constant NO = 0xffffffff;
    bytes32 private constant HASH = keccak256("a message");
    uint256 private constant N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    Target private target = new Target();
    address private operator;

    function setUp() public override {
        super.setUp();
        operator = vm.addr(SCORER_OPERATOR_SECRET);
    }

    function testAnOperatorActsAsTheOrganisationAndGetsTheAnswer() external {
        bytes memory data = abi.encodeCall(Target.call, (37));
        vm.expectEmit(address(scorerAccount));
        emit IOrgAccount.Executed(operator, address(target), 0, Target.call.selector);
        vm.prank(operator);
        vm.assertEq(abi.decode(scorerAccount.execute(address(target), 0, data), (uint256)), 42, "answer");
        vm.assertEq(target.caller(), address(scorerAccount), "caller");
    }

    function testNobodyElseOperatesTheAccount() external {
        bytes memory data = abi.encodeCall(Target.call, (1));
        address[6] memory others =
            [STRANGER, ENROLLER, ADMIN, SCORER_ANCHOR, vm.addr(SUPPLIER_OPERATOR_SECRET), address(supplierAccount)];
        for (uint256 i = 0; i < others.length; ++i) {
            refuse(others[i], data);
        }
    }

    function testARetiredAndACompromisedOperatorIsOutAndItsSuccessorIn() external {
        bytes memory data = abi.encodeCall(Target.call, (1));
        vm.startPrank(ENROLLER);
        addKey(scorer, STRANGER, Purpose.ATTEST);
        registry.retireKey(addressKey(operator));
        vm.stopPrank();
        refuse(operator, data);
        vm.prank(STRANGER);
        scorerAccount.execute(address(target), 0, data);
        vm.prank(ENROLLER);
        registry.declareCompromised(addressKey(STRANGER), uint64(START));
        refuse(STRANGER, data);
    }

    function testTheReasonOfTheTargetComesThroughUnchanged() external {
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(Target.Refused.selector, 7));
        scorerAccount.execute(address(target), 0, abi.encodeCall(Target.fail, (7)));
    }

    function testDataForAnAddressWithoutCodeIsRefused() external {
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IOrgAccount.TargetWithoutCode.selector, STRANGER));
        scorerAccount.execute(STRANGER, 0, hex"01");
    }

    function testEtherIsPassedOnAndPlainTransfersWork() external {
        vm.deal(operator, 3);
        vm.deal(address(scorerAccount), 2);
        vm.startPrank(operator);
        scorerAccount.execute{value: 3}(address(target), 4, abi.encodeCall(Target.call, (1)));
        vm.assertEq(target.received(), 4, "received");
        scorerAccount.execute(STRANGER, 1, "");
        vm.assertEq(STRANGER.balance, 1, "transferred");
        (bool ok,) = address(scorerAccount).call{value: 0}("");
        require(ok, "it takes no ether");
    }

    function testTheAccountCannotBeCalledThroughItselfToGoRound() external {
        bytes memory inner = abi.encodeCall(IOrgAccount.execute, (address(target), 0, ""));
        vm.prank(operator);
        vm.expectRevert(
            abi.encodeWithSelector(IOrgAccount.NotOperator.selector, scorer, address(scorerAccount))
        );
        scorerAccount.execute(address(scorerAccount), 0, inner);
    }

    function testAnOperatorsSignatureHolds() external view {
        require(scorerAccount.isValidSignature(HASH, sign(SCORER_OPERATOR_SECRET, scorerAccount)) == YES, "refused");
    }

    function testASignatureForOneAccountHoldsForNoOther() external {
        vm.startPrank(ENROLLER);
        OrgAccount second = new OrgAccount(registry, scorer);
        vm.stopPrank();
        bytes memory signature = sign(SCORER_OPERATOR_SECRET, scorerAccount);
        require(second.isValidSignature(HASH, signature) == NO, "replayed on the same organisation's other account");
        require(supplierAccount.isValidSignature(HASH, signature) == NO, "replayed on another organisation");
        require(second.isValidSignature(HASH, sign(SCORER_OPERATOR_SECRET, second)) == YES, "its own is refused");
    }

    function testASignatureOverTheBareHashDoesNotHold() external view {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SCORER_OPERATOR_SECRET, HASH);
        require(scorerAccount.isValidSignature(HASH, abi.encodePacked(r, s, v)) == NO, "accepted");
    }

    function testSignaturesOfOthersOldKeysAndOtherFormsDoNotHold() external {
        require(
            scorerAccount.isValidSignature(HASH, sign(SUPPLIER_OPERATOR_SECRET, scorerAccount)) == NO, "another's"
        );
        bytes memory signature = sign(SCORER_OPERATOR_SECRET, scorerAccount);
        require(scorerAccount.isValidSignature(keccak256("other"), signature) == NO, "another message");
        require(scorerAccount.isValidSignature(HASH, "") == NO, "empty");
        require(scorerAccount.isValidSignature(HASH, bytes.concat(signature, hex"00")) == NO, "longer");
        require(scorerAccount.isValidSignature(HASH, new bytes(65)) == NO, "zero");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SCORER_OPERATOR_SECRET, scorerAccount.messageDigest(HASH));
        bytes memory mirrored = abi.encodePacked(r, bytes32(N - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        require(scorerAccount.isValidSignature(HASH, mirrored) == NO, "malleable");
        vm.prank(ENROLLER);
        registry.retireKey(addressKey(operator));
        require(scorerAccount.isValidSignature(HASH, signature) == NO, "retired");
    }

    function testFuzzRandomSignaturesNeverHold(bytes32 hash, bytes calldata signature) external view {
        require(scorerAccount.isValidSignature(hash, signature) == NO, "accepted");
    }

    function testAnAccountForNobodyOrWithoutRegistryCannotBeMade() external {
        vm.expectRevert(
            abi.encodeWithSelector(IOrgAccount.AccountMisconfigured.selector, OrgId.wrap(0), address(registry))
        );
        new OrgAccount(registry, OrgId.wrap(0));
        vm.expectRevert(abi.encodeWithSelector(IOrgAccount.AccountMisconfigured.selector, scorer, STRANGER));
        new OrgAccount(IMemberRegistry(STRANGER), scorer);
    }

    function sign(uint256 secret, OrgAccount account) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, account.messageDigest(HASH));
        return abi.encodePacked(r, s, v);
    }

    function refuse(address caller, bytes memory data) private {
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IOrgAccount.NotOperator.selector, scorer, caller));
        scorerAccount.execute(address(target), 0, data);
    }
}
