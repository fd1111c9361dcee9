// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreditResolver} from "../src/CreditResolver.sol";
import {Attestation, IAttestations} from "../src/interfaces/IAttestations.sol";
import {ICreditResolver} from "../src/interfaces/ICreditResolver.sol";
import {IEvidenceLog} from "../src/interfaces/IEvidenceLog.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {CreditClaim} from "../src/types/CreditClaim.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Roles} from "../src/types/Roles.sol";
import {CreditFixture} from "./support/CreditFixture.sol";
import {
    AttestationRequest,
    AttestationRequestData,
    IEas,
    MultiAttestationRequest,
    MultiRevocationRequest,
    RevocationRequest,
    RevocationRequestData
} from "./support/Eas.sol";

contract CreditResolverTest is CreditFixture {
    function testAGoodClaimIsAttestedByTheAccountAndAnnounced() external {
        AttestationRequestData memory request = goodRequest();
        bytes32 uid = attest(request);
        Attestation memory stored = eas.getAttestation(uid);
        vm.assertEq(stored.attester, address(scorerAccount), "attester");
        vm.assertEq(stored.data, request.data, "data");
        require(stored.revocationTime == 0, "revoked");
    }

    function testTheEventNamesSubjectAttesterAndUid() external {
        AttestationRequestData memory request = goodRequest();
        Attestation memory expected = Attestation({
            uid: keccak256("uid"),
            schema: schema,
            time: uint64(START),
            expirationTime: request.expirationTime,
            revocationTime: 0,
            refUID: 0,
            recipient: request.recipient,
            attester: address(scorerAccount),
            revocable: true,
            data: request.data
        });
        vm.expectEmit(address(resolver));
        emit ICreditResolver.CreditAttested(supplier, scorer, expected.uid);
        vm.prank(address(eas));
        require(resolver.attest(expected), "refused");
    }

    function testTheSchemaIsTheOneThatEasRegistered() external view {
        vm.assertEq(resolver.schemaUid(), schema, "uid");
        require(!resolver.isPayable(), "payable");
        require(address(resolver.registry()) == address(registry), "registry");
        vm.assertEq(resolver.version(), "1.4.0", "version");
    }

    function testOnlyEasIsHeard() external {
        Attestation memory attestation;
        Attestation[] memory several = new Attestation[](1);
        uint256[] memory values = new uint256[](1);
        bytes memory reason = abi.encodeWithSelector(ICreditResolver.NotEas.selector, address(this));
        vm.expectRevert(reason);
        resolver.attest(attestation);
        vm.expectRevert(reason);
        resolver.revoke(attestation);
        vm.expectRevert(reason);
        resolver.multiAttest(several, values);
        vm.expectRevert(reason);
        resolver.multiRevoke(several, values);
    }

    function testEtherIsRefusedEvenFromEas() external {
        Attestation memory attestation;
        vm.deal(address(eas), 1);
        vm.prank(address(eas));
        vm.expectRevert(abi.encodeWithSelector(ICreditResolver.NotPayable.selector, 1));
        resolver.attest{value: 1}(attestation);
    }

    function testAnotherSchemaOnThisResolverIsRefused() external {
        schema = schemas.register("bytes32 subject", address(resolver), true);
        refuse(
            goodRequest(),
            abi.encodeWithSelector(ICreditResolver.WrongSchema.selector, schema, resolver.schemaUid())
        );
    }

    function testOnlyTheAccountOfAnActiveScorerAttests() external {
        AttestationRequestData memory request = goodRequest();
        bytes memory call_ = abi.encodeCall(IEas.attest, (AttestationRequest(schema, request)));
        // An operator's own address is not the organisation.
        address operator = vm.addr(SCORER_OPERATOR_SECRET);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(ICreditResolver.NotScorer.selector, OrgId.wrap(0), operator));
        eas.attest(AttestationRequest(schema, request));
        // A member without the role.
        vm.prank(vm.addr(SUPPLIER_OPERATOR_SECRET));
        vm.expectRevert(
            abi.encodeWithSelector(ICreditResolver.NotScorer.selector, supplier, address(supplierAccount))
        );
        supplierAccount.execute(address(eas), 0, call_);
        // An account of the scorer that the registry does not name.
        OrgAccount unnamed = new OrgAccount(registry, scorer);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(ICreditResolver.NotScorer.selector, OrgId.wrap(0), address(unnamed)));
        unnamed.execute(address(eas), 0, call_);
        // A suspended scorer.
        vm.prank(ENROLLER);
        registry.setActive(scorer, false);
        refuse(request, abi.encodeWithSelector(ICreditResolver.NotScorer.selector, scorer, address(scorerAccount)));
    }

    function testNobodyAttestsItself() external {
        vm.prank(ENROLLER);
        registry.setRoles(scorer, Roles.SCORER | Roles.SUPPLIER);
        CreditClaim memory claim = goodClaim();
        claim.subject = scorer;
        AttestationRequestData memory request = requestFor(claim);
        request.recipient = address(scorerAccount);
        refuse(request, abi.encodeWithSelector(ICreditResolver.SelfAttestation.selector, scorer));
    }

    function testTheSubjectMustBeAnActiveSupplier() external {
        CreditClaim memory claim = goodClaim();
        claim.subject = other;
        refuse(requestFor(claim), abi.encodeWithSelector(ICreditResolver.NotSupplier.selector, other));
        vm.prank(ENROLLER);
        registry.setActive(supplier, false);
        refuse(goodRequest(), abi.encodeWithSelector(ICreditResolver.NotSupplier.selector, supplier));
    }

    function testTheRecipientIsTheSubjectsAccountOrNobodyWhenItHasNone() external {
        AttestationRequestData memory request = goodRequest();
        request.recipient = STRANGER;
        refuse(
            request,
            abi.encodeWithSelector(ICreditResolver.WrongRecipient.selector, STRANGER, address(supplierAccount))
        );
        vm.prank(ENROLLER);
        registry.setRoles(other, Roles.SUPPLIER);
        CreditClaim memory claim = goodClaim();
        claim.subject = other;
        request = requestFor(claim);
        request.recipient = address(0);
        attest(request);
    }

    function testFuzzPointsAreTakenExactlyWhenTheyAreInOrderAndBounds(
        uint8 state,
        uint32 low,
        uint32 points,
        uint32 high,
        bool near
    ) external {
        if (near) {
            state %= 3;
            high = uint32(bound(high, 99_999_990, 100_000_003));
            points = uint32(bound(points, high - 2, high + 1));
            low = uint32(bound(low, points - 2, points + 1));
        }
        CreditClaim memory claim = goodClaim();
        (claim.state, claim.low, claim.points, claim.high) = (state, low, points, high);
        bool rated = state == 0 && low <= points && points <= high && high <= 100_000_000;
        bool notRated = state == 1 && uint256(low) + points + high == 0;
        if (rated || notRated) {
            attest(requestFor(claim));
        } else {
            refuse(
                requestFor(claim),
                abi.encodeWithSelector(ICreditResolver.PointsOutOfBounds.selector, state, low, points, high)
            );
        }
    }

    function testASubjectThatIsNotRatedHasNoPoints() external {
        CreditClaim memory claim = goodClaim();
        (claim.state, claim.low, claim.points, claim.high) = (1, 0, 0, 0);
        attest(requestFor(claim));
        for (uint32 one = 0; one < 3; ++one) {
            (claim.low, claim.points, claim.high) = (one == 0 ? 1 : 0, one == 1 ? 1 : 0, one == 2 ? 1 : 0);
            bytes memory reason = abi.encodeWithSelector(
                ICreditResolver.PointsOutOfBounds.selector, uint8(1), claim.low, claim.points, claim.high
            );
            refuse(requestFor(claim), reason);
        }
    }

    function testAnAttestationMustExpireWithin400Days() external {
        AttestationRequestData memory request = goodRequest();
        uint64 latest = uint64(START + 400 days);
        request.expirationTime = 0;
        refuse(request, abi.encodeWithSelector(ICreditResolver.ExpiryOutOfBounds.selector, uint64(0), latest));
        request.expirationTime = latest + 1;
        refuse(request, abi.encodeWithSelector(ICreditResolver.ExpiryOutOfBounds.selector, latest + 1, latest));
        request.expirationTime = latest;
        attest(request);
    }

    function testAnAttestationThatCannotBeRevokedIsRefused() external {
        AttestationRequestData memory request = goodRequest();
        request.revocable = false;
        refuse(request, abi.encodeWithSelector(ICreditResolver.NotRevocable.selector));
    }

    function testPausingStopsAttestationsButNotRevocations() external {
        bytes32 uid = attest(goodRequest());
        vm.prank(PAUSER);
        registry.pause();
        refuse(goodRequest(), abi.encodeWithSelector(ICreditResolver.AttestingPaused.selector));
        vm.expectEmit(address(resolver));
        emit ICreditResolver.CreditRevoked(supplier, uid);
        revoke(uid);
        require(eas.getAttestation(uid).revocationTime == START, "not revoked");
    }

    function testASuspendedScorerCanStillRevokeAndNobodyElseEver() external {
        bytes32 uid = attest(goodRequest());
        vm.prank(ENROLLER);
        registry.setActive(scorer, false);
        vm.prank(vm.addr(SCORER_OPERATOR_SECRET));
        vm.expectRevert(IEas.AccessDenied.selector);
        eas.revoke(RevocationRequest(schema, RevocationRequestData(uid, 0)));
        revoke(uid);
    }

    function testAResolverOnNothingCannotBeMade() external {
        vm.expectRevert(abi.encodeWithSelector(ICreditResolver.ContractMissing.selector, STRANGER));
        new CreditResolver(IAttestations(STRANGER), evidenceLog);
        vm.expectRevert(abi.encodeWithSelector(ICreditResolver.ContractMissing.selector, STRANGER));
        new CreditResolver(IAttestations(address(eas)), IEvidenceLog(STRANGER));
    }
}
