// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttestationRequestData} from "./support/Eas.sol";
import {CreditFixture} from "./support/CreditFixture.sol";

struct Signature {
    uint8 v;
    bytes32 r;
    bytes32 s;
}

struct DelegatedAttestationRequest {
    bytes32 schema;
    AttestationRequestData data;
    Signature signature;
    address attester;
    uint64 deadline;
}

/// @dev What EAS 1.4.0 offers to whoever brings another's signature.
interface IDelegatedEas {
    error InvalidSignature();

    function attestByDelegation(DelegatedAttestationRequest calldata request) external payable returns (bytes32);
    function getDomainSeparator() external view returns (bytes32);
    function getAttestTypeHash() external pure returns (bytes32);
}

/// @dev EAS asks the account by ERC-1271, so an operator can sign and anybody can pay for the gas.
contract DelegatedAttestationTest is CreditFixture {
    function testAnOperatorsSignatureAttestsAsTheOrganisation() external {
        bytes32 uid = delegated().attestByDelegation(signed(SCORER_OPERATOR_SECRET));
        vm.assertEq(eas.getAttestation(uid).attester, address(scorerAccount), "attester");
    }

    function testTheSameSignatureDoesNotAttestTwice() external {
        DelegatedAttestationRequest memory request = signed(SCORER_OPERATOR_SECRET);
        delegated().attestByDelegation(request);
        vm.expectRevert(IDelegatedEas.InvalidSignature.selector);
        delegated().attestByDelegation(request);
    }

    function testAnotherOrganisationsOperatorAndAChangedRequestAreRefused() external {
        DelegatedAttestationRequest memory request = signed(SUPPLIER_OPERATOR_SECRET);
        vm.expectRevert(IDelegatedEas.InvalidSignature.selector);
        delegated().attestByDelegation(request);
        request = signed(SCORER_OPERATOR_SECRET);
        request.data.expirationTime += 1;
        vm.expectRevert(IDelegatedEas.InvalidSignature.selector);
        delegated().attestByDelegation(request);
    }

    function signed(uint256 secret) private view returns (DelegatedAttestationRequest memory request) {
        request.schema = schema;
        request.data = goodRequest();
        request.attester = address(scorerAccount);
        bytes memory terms = abi.encode(
            delegated().getAttestTypeHash(),
            request.attester,
            schema,
            request.data.recipient,
            request.data.expirationTime,
            request.data.revocable
        );
        bytes memory rest =
            abi.encode(request.data.refUID, keccak256(request.data.data), uint256(0), uint256(0), uint64(0));
        bytes32 hash = keccak256(
            abi.encodePacked(hex"1901", delegated().getDomainSeparator(), keccak256(bytes.concat(terms, rest)))
        );
        (request.signature.v, request.signature.r, request.signature.s) =
            vm.sign(secret, scorerAccount.messageDigest(hash));
    }

    function delegated() private view returns (IDelegatedEas) {
        return IDelegatedEas(address(eas));
    }
}
