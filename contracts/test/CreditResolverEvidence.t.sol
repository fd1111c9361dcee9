// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICreditResolver} from "../src/interfaces/ICreditResolver.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {addressKey} from "../src/types/KeyId.sol";
import {CreditClaim} from "../src/types/CreditClaim.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Purpose} from "../src/types/Purpose.sol";
import {Roles} from "../src/types/Roles.sol";
import {CreditFixture} from "./support/CreditFixture.sol";
import {
    AttestationRequestData,
    IEas,
    MultiAttestationRequest,
    MultiRevocationRequest,
    RevocationRequestData
} from "./support/Eas.sol";

contract CreditResolverEvidenceTest is CreditFixture {
    function testEveryHeadMustBeAnchored() external {
        CreditClaim memory claim = goodClaim();
        claim.headRoots[0] = keccak256("another root");
        refuseHead(claim);
        claim = goodClaim();
        claim.headSizes[0] = SIZE + 1;
        refuseHead(claim);
        claim = goodClaim();
        claim.headOrgs[0] = other;
        refuseHead(claim);
        claim = goodClaim();
        claim.headRoots[0] = 0;
        refuseHead(claim);
    }

    function testTheLastOfManyHeadsIsCheckedToo() external {
        CreditClaim memory claim = withHeads(64);
        attest(requestFor(claim));
        claim.headRoots[63] = keccak256("another root");
        refuse(
            requestFor(claim),
            abi.encodeWithSelector(
                ICreditResolver.HeadNotAnchored.selector, supplier, SIZE, keccak256("another root")
            )
        );
    }

    function testNoHeadTooManyHeadsAndListsOfDifferentLengthAreRefused() external {
        refuseCount(withHeads(0), 0, 0, 0);
        refuseCount(withHeads(65), 65, 65, 65);
        CreditClaim memory claim = withHeads(2);
        claim.headSizes = new uint64[](1);
        refuseCount(claim, 2, 1, 2);
        claim = withHeads(2);
        claim.headRoots = new bytes32[](3);
        refuseCount(claim, 2, 2, 3);
    }

    function testDataWithAnythingBehindOrInItThatIsNotTheClaimIsRefused() external {
        AttestationRequestData memory request = goodRequest();
        request.data = bytes.concat(request.data, bytes32(0));
        refuse(request, abi.encodeWithSelector(ICreditResolver.MalformedClaim.selector, request.data.length));

        // The same claim with its lists in another place: equal when decoded, different as bytes.
        bytes memory data = goodRequest().data;
        request.data = bytes.concat(data, bytes32(uint256(1)), ROOT);
        putWord(request.data, 11, data.length);
        refuse(request, abi.encodeWithSelector(ICreditResolver.MalformedClaim.selector, request.data.length));
    }

    function testShortAndOverlongDataReverts() external {
        AttestationRequestData memory request = goodRequest();
        bytes memory data = request.data;
        // The same path takes good data, so what fails below fails for its data.
        this.attestFromOutside(request);
        for (uint256 length = 0; length < data.length; length += 31) {
            request.data = new bytes(length);
            for (uint256 i = 0; i < length; ++i) {
                request.data[i] = data[i];
            }
            expectAnyRevert(request);
        }
        // A list that claims to be longer than memory.
        request.data = bytes.concat(data);
        putWord(request.data, 12, type(uint64).max);
        expectAnyRevert(request);
        // 33 bits of points.
        request.data = bytes.concat(data);
        putWord(request.data, 2, 1 << 32);
        expectAnyRevert(request);
    }

    function testAnAttestationSupersedesAnEarlierOneOfTheSameAttesterAndSubject() external {
        AttestationRequestData memory request = goodRequest();
        request.refUID = attest(goodRequest());
        bytes32 uid = attest(request);
        vm.assertEq(eas.getAttestation(uid).refUID, request.refUID, "reference");
    }

    function testAReferenceToAnotherSubjectAttesterOrSchemaIsRefused() external {
        bytes32 ofAnotherSubject = attestOtherSubject();
        AttestationRequestData memory request = goodRequest();
        request.refUID = ofAnotherSubject;
        refuse(request, abi.encodeWithSelector(ICreditResolver.WrongReference.selector, ofAnotherSubject));

        bytes32 ofAnotherAttester = attestByOther();
        request.refUID = ofAnotherAttester;
        refuse(request, abi.encodeWithSelector(ICreditResolver.WrongReference.selector, ofAnotherAttester));

        bytes32 ours = schema;
        schema = schemas.register("bytes32 subject", address(0), true);
        bytes32 ofAnotherSchema = attest(goodRequest());
        schema = ours;
        request.refUID = ofAnotherSchema;
        refuse(request, abi.encodeWithSelector(ICreditResolver.WrongReference.selector, ofAnotherSchema));
    }

    function testSeveralAreJudgedOneByOne() external {
        MultiAttestationRequest[] memory requests = new MultiAttestationRequest[](1);
        requests[0].schema = schema;
        requests[0].data = new AttestationRequestData[](2);
        requests[0].data[0] = goodRequest();
        requests[0].data[1] = goodRequest();
        bytes32[] memory uids = abi.decode(executeOnEas(abi.encodeCall(IEas.multiAttest, (requests))), (bytes32[]));
        MultiRevocationRequest[] memory revocations = new MultiRevocationRequest[](1);
        revocations[0].schema = schema;
        revocations[0].data = new RevocationRequestData[](2);
        (revocations[0].data[0].uid, revocations[0].data[1].uid) = (uids[0], uids[1]);
        vm.expectEmit(address(resolver));
        emit ICreditResolver.CreditRevoked(supplier, uids[0]);
        vm.expectEmit(address(resolver));
        emit ICreditResolver.CreditRevoked(supplier, uids[1]);
        executeOnEas(abi.encodeCall(IEas.multiRevoke, (revocations)));

        requests[0].data[1].revocable = false;
        bytes memory call_ = abi.encodeCall(IEas.multiAttest, (requests));
        vm.prank(vm.addr(SCORER_OPERATOR_SECRET));
        vm.expectRevert(ICreditResolver.NotRevocable.selector);
        scorerAccount.execute(address(eas), 0, call_);
    }

    function withHeads(uint256 count) private view returns (CreditClaim memory claim) {
        claim = goodClaim();
        claim.headOrgs = new OrgId[](count);
        claim.headSizes = new uint64[](count);
        claim.headRoots = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            (claim.headOrgs[i], claim.headSizes[i], claim.headRoots[i]) = (supplier, SIZE, ROOT);
        }
    }

    function refuseCount(CreditClaim memory claim, uint256 orgs, uint256 sizes, uint256 roots) private {
        refuse(requestFor(claim), abi.encodeWithSelector(ICreditResolver.HeadCount.selector, orgs, sizes, roots));
    }

    function refuseHead(CreditClaim memory claim) private {
        refuse(
            requestFor(claim),
            abi.encodeWithSelector(
                ICreditResolver.HeadNotAnchored.selector, claim.headOrgs[0], claim.headSizes[0], claim.headRoots[0]
            )
        );
    }

    function attestOtherSubject() private returns (bytes32) {
        vm.prank(ENROLLER);
        registry.setRoles(other, Roles.SUPPLIER);
        CreditClaim memory claim = goodClaim();
        claim.subject = other;
        AttestationRequestData memory request = requestFor(claim);
        request.recipient = address(0);
        return attest(request);
    }

    function attestByOther() private returns (bytes32) {
        OrgAccount account = new OrgAccount(registry, other);
        vm.startPrank(ENROLLER);
        registry.setRoles(other, Roles.SCORER);
        registry.setAccount(other, address(account));
        registry.registerKey(other, addressKey(vm.addr(0x53)), Purpose.ATTEST, "", uint64(START));
        vm.stopPrank();
        return attestAs(account, 0x53, goodRequest());
    }

    function executeOnEas(bytes memory call_) private returns (bytes memory) {
        vm.prank(vm.addr(SCORER_OPERATOR_SECRET));
        return scorerAccount.execute(address(eas), 0, call_);
    }

    function expectAnyRevert(AttestationRequestData memory request) private {
        try this.attestFromOutside(request) {
            revert("bad data was taken");
        } catch {}
    }

    function attestFromOutside(AttestationRequestData memory request) external {
        attest(request);
    }

    function putWord(bytes memory data, uint256 index, uint256 value) private pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), mul(index, 0x20)), value)
        }
    }
}
